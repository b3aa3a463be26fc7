import { z } from 'zod';
import { base64Text } from '../../encoding/base64.ts';
import { LIMITS } from '../../limits.ts';

/** Names the caller's secure session. */
export const CLIENT_TOKEN_HEADER = 'x-client-token';
/** Carries the message of a request that has no body: GET and DELETE. */
export const MESSAGE_HEADER = 'x-sealkeep-jwe';
/** The type of bodies that are messages of a secure session (RFC 7516). */
export const MESSAGE_TYPE = 'application/jose';

/** Of the client's choice, or the server's. */
export const clientToken = z.string().regex(/^[A-Za-z0-9._~-]{16,128}$/);

const publicKeyPem = z.string().max(LIMITS.publicKeyPem);
/** RSA-4096 */
const signature = base64Text(512, 512);

/** One identity key's word for the next one. */
const identityLink = z.object({ rsaPublicKeyPem: publicKeyPem, signature });

/**
 * `GET /session/init`. Where the identity key was replaced, `signedBy` has those before it, oldest first: each with its
 * RSA-PSS signature (SHA-256, salt of 32 bytes) over `sealkeep identity v1 ` and the next one's SHA-256, in base64url,
 * of its SubjectPublicKeyInfo.
 */
export const initReply = z.object({
  sessionId: z.string().min(1).max(64),
  rsaPublicKeyPem: publicKeyPem,
  signedBy: z.array(identityLink).max(LIMITS.identityLinks).optional(),
});
export type InitReply = z.infer<typeof initReply>;

/** What an identity key signs of the next one. */
export function identityStatement(fingerprint: string): string {
  return `sealkeep identity v1 ${fingerprint}`;
}

/** `POST /session/key-exchange`: 32 bytes under the server's RSA key. */
export const keyExchangeRequest = z.object({
  sessionId: z.string().min(1).max(64),
  wrappedKey: base64Text(512, 512),
});
/** `confirmation` is a message of the server's, `seq` 0: only who holds the RSA key could make it. */
export const keyExchangeReply = z.object({
  sessionId: z.string(),
  /** Milliseconds since 1970, by the server's clock. */
  expiresAt: z.number().int(),
  confirmation: z.string().max(4096),
});

/** `POST /session/rotate-token`: a token of the client's choice, or none and the server makes one. */
export const rotateTokenRequest = z.object({ token: clientToken.optional() });
export const rotateTokenReply = z.object({ newToken: clientToken, expiresAt: z.number().int() });

/**
 * A request's path with its query, as `htu` names it. A `?` with nothing behind it says nothing, and HTTP clients leave it
 * out or not as they like: messages go without.
 */
export function messagePath(target: string): string {
  return target.endsWith('?') && target.indexOf('?') === target.length - 1 ? target.slice(0, -1) : target;
}

/** What a message is about: authenticated, and readable by whoever stands between. */
const address = {
  /** The session's id. */
  sid: z.string(),
  /** The HTTP request's method and its path with the query, as it was sent. */
  htm: z.string(),
  htu: z.string(),
};
const MAX_SEQ = 2 ** 48;

/** Protected header of a request. Each `seq` is good once. */
export const requestHeader = z.object({ ...address, seq: z.number().int().min(1).max(MAX_SEQ) });

/** Protected header of a reply: whose request it answers, and what HTTP says outside. */
export const replyHeader = z.object({
  ...address,
  seq: z.number().int().min(0).max(MAX_SEQ),
  status: z.number().int().min(100).max(599),
  /** Content type of the plaintext. */
  cty: z.string(),
  /** Milliseconds that the session has left. */
  left: z.number().int(),
});
export type ReplyHeader = z.infer<typeof replyHeader>;

/** Plaintext of a request: what would stand in `Authorization`, and the JSON body. */
export const requestMessage = z.object({
  authorization: z.string().optional(),
  body: z.unknown().optional(),
});
