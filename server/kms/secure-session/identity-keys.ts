import { sealForKeeping } from '../../../core/crypto/at-rest.ts';
import { exportOaepPair, importOaepPair, type OaepKeyPair } from '../../../core/crypto/rsa-oaep.ts';
import { signByIdentity } from '../../../core/crypto/signatures.ts';
import { type InitReply, identityStatement } from '../../../shared/api/kms/session.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { OWN_ACTOR, ownAct } from '../audit/own-act.ts';
import type { KmsParts } from '../parts.ts';

/** The server's identity: the RSA key that clients pin, and those before it with their word for the next. */
interface Identity {
  readonly pair: OaepKeyPair;
  readonly signedBy: NonNullable<InitReply['signedBy']>;
}

export interface IdentityKeys {
  /** Waits for it where it is being made. */
  current(): Promise<Identity>;
  /** Resolves when nothing of this touches the database any more. */
  close(): Promise<void>;
}

export interface IdentityOptions {
  readonly makePair: () => Promise<OaepKeyPair>;
  /** Makes a first pair only once somebody asks for it: inside an app nobody may ever. */
  readonly isLazy: boolean;
  /** Puts a new pair in the present one's place, which signs it. */
  readonly isRenewed: boolean;
}

type Parts = Pick<KmsParts, 'audit' | 'database' | 'atRest' | 'now' | 'logger'>;
type Rows = Awaited<ReturnType<typeof readRows>>;

/** Takes the identity from the database; what is not there yet is made in the background, for it takes seconds. */
export async function openIdentityKeys(parts: Parts, options: IdentityOptions): Promise<IdentityKeys> {
  let isClosed = false;
  let keeping: Promise<void> | undefined;

  async function make(rows: Rows): Promise<Identity> {
    const pair = await options.makePair();
    // Nobody waits for a closed server's key: the next start makes its own.
    if (isClosed) return { pair, signedBy: [] };
    keeping = keepNext(parts, rows, pair);
    await keeping;
    return identityOf(parts, await readRows(parts)) ?? { pair, signedBy: [] };
  }

  const rows = await readRows(parts);
  const known = identityOf(parts, rows);
  let current: Promise<Identity> | undefined;
  function ask(): Promise<Identity> {
    current ??=
      known && !options.isRenewed
        ? Promise.resolve(known)
        : make(rows).catch((error: unknown) => {
            // Whoever asks next has it tried again.
            current = undefined;
            throw error;
          });
    return current;
  }
  if (!options.isLazy || known) {
    ask().catch((err: unknown) => parts.logger.error({ err }, 'the identity key could not be made'));
  }
  return {
    current: ask,
    async close() {
      isClosed = true;
      // A failure was logged above, and is no reason to stay open.
      await Promise.allSettled([keeping]);
    },
  };
}

function readRows({ database }: Pick<Parts, 'database'>) {
  return database.selectFrom('identity_keys').selectAll().orderBy('position').execute();
}

function identityOf({ atRest }: Pick<Parts, 'atRest'>, rows: Rows): Identity | undefined {
  const last = rows.at(-1);
  if (!last?.private_key) return undefined;
  const secret = atRest.open(identityKeyPlace(last.fingerprint), last.private_key);
  try {
    return { pair: importOaepPair(secret), signedBy: linksOf(rows) };
  } finally {
    secret.destroy();
  }
}

/** A client that pinned one of more than so many keys ago meets a stranger. */
function linksOf(rows: Rows): Identity['signedBy'] {
  const links = rows.slice(1).map(({ signature }, index) => ({
    rsaPublicKeyPem: rows[index]?.public_key ?? '',
    signature: Buffer.from(signature ?? []).toString('base64'),
  }));
  return links.slice(-LIMITS.identityLinks);
}

/**
 * Puts a pair into the last one's place, in one transaction: until it is committed the last one is the identity, and
 * afterwards its private half is gone. Of two servers that do it at once, the first one's stays.
 */
async function keepNext(
  { audit, database, atRest, now }: Parts,
  rows: Rows,
  pair: OaepKeyPair,
): Promise<void> {
  const { fingerprint, pem } = pair.publicKey;
  const before = rows.at(-1);
  const signer = before && identityOf({ atRest }, rows);
  const row = {
    position: (before?.position ?? 0) + 1,
    fingerprint,
    public_key: pem,
    private_key: sealForKeeping(atRest, identityKeyPlace(fingerprint), exportOaepPair(pair)),
    signature: signer
      ? signByIdentity(signer.pair.privateKey, Buffer.from(identityStatement(fingerprint)))
      : null,
    created_at: now().getTime(),
  };
  await database.transaction().execute(async (transaction) => {
    const kept = await transaction
      .insertInto('identity_keys')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning('position')
      .executeTakeFirst();
    if (!kept || !before) return;
    await transaction
      .updateTable('identity_keys')
      .set({ private_key: null })
      .where('position', '<', row.position)
      .execute();
    const entry = { actor: OWN_ACTOR, operation: 'replace-identity-key', reason: fingerprint };
    await audit.append(ownAct(), [entry], transaction);
  });
}

/** Where the private half of an identity key rests. */
export function identityKeyPlace(fingerprint: string) {
  return { table: 'identity_keys', column: 'private_key', row: fingerprint };
}
