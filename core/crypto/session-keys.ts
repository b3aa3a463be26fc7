import { createSecretKey, type KeyObject } from 'node:crypto';
import { deriveKey } from './hkdf.ts';
import type { Secret } from './secret.ts';

export const SESSION_KEY_BYTES = 32;

/**
 * What both ends of a secure session hold. The session key itself serves `/crypto` alone; messages travel under keys
 * derived from it, one for each direction, so that neither end's messages open at the other's door, nor at `/crypto`.
 */
export interface SessionKeys {
  readonly session: KeyObject;
  /** Seals what the client sends. */
  readonly client: KeyObject;
  /** Seals what the server answers. */
  readonly server: KeyObject;
}

/** @param sessionKey 32 bytes; copies are kept as KeyObjects, so the caller destroys it. */
export function sessionKeysOf(sessionKey: Secret): SessionKeys {
  const session = sessionKey.use((bytes) => createSecretKey(bytes));
  const none = Buffer.alloc(0);
  return {
    session,
    client: deriveKey(session, none, 'sealkeep jwe client'),
    server: deriveKey(session, none, 'sealkeep jwe server'),
  };
}
