import { z } from 'zod';
import { base64Text } from '../../encoding/base64.ts';
import { LIMITS } from '../../limits.ts';
import { userName } from '../../names/user-name.ts';

/** `GET /get-public-key/:user` */
export const escrowParams = z.object({ user: userName });
/** PEM, SubjectPublicKeyInfo of RSA-4096. */
export const publicKeyReply = z.object({ public_key: z.string().max(LIMITS.publicKeyPem) });

const encKey = base64Text(1, LIMITS.escrowedKey);

/** `POST /store-key` */
export const storeKeyRequest = z.object({ user: userName, enc_key: encKey });
export const storeKeyReply = z.object({ status: z.literal('stored') });

/** `POST /get-key`, inside a secure session: the newest, or the `version`th that was stored. */
export const getKeyRequest = z.object({
  user: userName,
  version: z.number().int().min(1).max(LIMITS.escrowedVersions).optional(),
});
export const getKeyReply = z.object({
  enc_key: encKey,
  /** What `enc_key` holds, where it is RSA-OAEP (SHA-256) for the person's `public_key`. */
  key: base64Text(0, 512).optional(),
});
