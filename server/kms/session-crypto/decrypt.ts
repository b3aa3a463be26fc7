import type { z } from 'zod';
import { openBytes } from '../../../core/crypto/aead.ts';
import type { decryptReply, decryptRequest } from '../../../shared/api/kms/crypto.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { LiveSession } from '../secure-session/live-sessions.ts';

/**
 * `POST /crypto/decrypt`: opens what `/crypto/encrypt` of the same session gave. The session's messages are under other
 * keys and never open here.
 * @throws SealkeepError CIPHERTEXT_REFUSED
 */
export function decrypt(
  { keys }: LiveSession,
  { ciphertext, iv, tag, aad }: z.output<typeof decryptRequest>,
): z.input<typeof decryptReply> {
  const sealed = Buffer.concat([iv, ciphertext, tag].map((part) => Buffer.from(part, 'base64')));
  const plaintext = openBytes(keys.session, sealed, Buffer.from(aad, 'base64'));
  if (!plaintext) throw new SealkeepError('CIPHERTEXT_REFUSED');
  const text = plaintext.toString('base64');
  plaintext.fill(0);
  return { plaintext: text };
}
