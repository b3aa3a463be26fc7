import type { z } from 'zod';
import { verifyEd25519 } from '../../../core/crypto/signatures.ts';
import type { verifyReply, verifyRequest } from '../../../shared/api/kms/crypto.ts';

/** `POST /crypto/verify`: whether an Ed25519 signature holds under the given public key. */
export function verify({
  data,
  signature,
  publicKey,
}: z.output<typeof verifyRequest>): z.input<typeof verifyReply> {
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return { valid: verifyEd25519(bytes(publicKey), bytes(data), bytes(signature)) };
}
