import { createSecretKey, type KeyObject } from 'node:crypto';
import { SealkeepError } from '../../shared/errors/error.ts';
import { openBytes, sealBytes } from './aead.ts';
import { deriveKey } from './hkdf.ts';
import { Secret } from './secret.ts';

/** Where a secret rests: a column of one row. A secret moved to another place does not open there. */
export interface RestingPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Wraps and unwraps what a database holds, under keys derived from the root key, one for each resting place. */
export interface AtRest {
  seal(place: RestingPlace, secret: Uint8Array): Buffer;
  /** @throws SealkeepError STORE_UNAVAILABLE where the bytes were not sealed here under this root key. */
  open(place: RestingPlace, sealed: Uint8Array): Secret;
  /** The same for whoever has two root keys to try: undefined where the bytes were not sealed here under this one. */
  tryOpen(place: RestingPlace, sealed: Uint8Array): Secret | undefined;
}

/** @param rootKey 32 bytes; a copy is kept as a KeyObject, so the caller may destroy it. */
export function createAtRest(rootKey: Secret): AtRest {
  const root = rootKey.use((bytes) => createSecretKey(bytes));
  function tryOpen(place: RestingPlace, sealed: Uint8Array): Secret | undefined {
    const identity = identityOf(place);
    const opened = openBytes(rowKey(root, identity), sealed, identity);
    return opened && Secret.take(opened);
  }
  return {
    seal(place, secret) {
      const identity = identityOf(place);
      return sealBytes(rowKey(root, identity), secret, identity);
    },
    open(place, sealed) {
      const opened = tryOpen(place, sealed);
      if (opened) return opened;
      const cause = new Error('a secret at rest does not open');
      throw new SealkeepError('STORE_UNAVAILABLE', {}, { cause });
    },
    tryOpen,
  };
}

/** Seals a secret for keeping, and destroys it, whatever happens. */
export function sealForKeeping(atRest: AtRest, place: RestingPlace, secret: Secret): Buffer {
  try {
    return secret.use((bytes) => atRest.seal(place, bytes));
  } finally {
    secret.destroy();
  }
}

function identityOf({ table, column, row }: RestingPlace): Buffer {
  return Buffer.from(JSON.stringify(['sealkeep at rest v1', table, column, row]));
}

function rowKey(root: KeyObject, identity: Buffer): KeyObject {
  return deriveKey(root, Buffer.alloc(0), identity);
}
