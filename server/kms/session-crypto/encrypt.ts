import type { z } from 'zod';
import { AEAD_NONCE_BYTES, AEAD_TAG_BYTES, sealBytes } from '../../../core/crypto/aead.ts';
import type { encryptReply, encryptRequest } from '../../../shared/api/kms/crypto.ts';
import type { LiveSession } from '../secure-session/live-sessions.ts';

/** `POST /crypto/encrypt`: AES-256-GCM under the session key, with a random iv. */
export function encrypt(
  { keys }: LiveSession,
  { plaintext, aad }: z.output<typeof encryptRequest>,
): z.input<typeof encryptReply> {
  const sealed = sealBytes(keys.session, Buffer.from(plaintext, 'base64'), Buffer.from(aad, 'base64'));
  const end = sealed.length - AEAD_TAG_BYTES;
  return {
    ciphertext: sealed.toString('base64', AEAD_NONCE_BYTES, end),
    iv: sealed.toString('base64', 0, AEAD_NONCE_BYTES),
    tag: sealed.toString('base64', end),
  };
}
