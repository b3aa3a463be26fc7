import { z } from 'zod';
import { base64Text } from '../../encoding/base64.ts';
import { LIMITS } from '../../limits.ts';

const aes = z.literal('AES-256-GCM');
const ed25519 = z.literal('Ed25519');
const data = base64Text(0, LIMITS.jsonBody);
const sealed = { ciphertext: data, iv: base64Text(12, 12), tag: base64Text(16, 16) };

/** `POST /crypto/encrypt`, under the session key. */
export const encryptRequest = z.object({ algorithm: aes, plaintext: data, aad: data.default('') });
export const encryptReply = z.object(sealed);
/** `POST /crypto/decrypt` */
export const decryptRequest = z.object({ algorithm: aes, ...sealed, aad: data.default('') });
export const decryptReply = z.object({ plaintext: data });

/** `POST /crypto/sign`, by a pair that is made for the session and goes with it. */
export const signRequest = z.object({ algorithm: ed25519, data });
/** RFC 8032: 64 and 32 bytes. */
export const signReply = z.object({ signature: base64Text(64, 64), publicKey: base64Text(32, 32) });
/** `POST /crypto/verify`, whoever's key it is. */
export const verifyRequest = z.object({ ...signRequest.shape, ...signReply.shape });
export const verifyReply = z.object({ valid: z.boolean() });
