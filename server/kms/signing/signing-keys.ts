import { sealForKeeping } from '../../../core/crypto/at-rest.ts';
import {
  exportSigningKey,
  generateSigningKey,
  importSigningKey,
  type SigningAlgorithm,
  type SigningKey,
} from '../../../core/crypto/key-pairs.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import type { KmsParts } from '../parts.ts';

/** `aud` of delegated tokens: nobody's but this KMS's own. */
export function delegationAudience(url: string): string {
  return `${url}/delegate`;
}

/** One key pair for each kind of token: whoever gets hold of one can forge nothing of another kind. */
export interface SigningKeys {
  readonly authentication: SigningKey;
  readonly cloud: SigningKey;
  /** For what the KMS asks of the cloud. */
  readonly service: SigningKey;
  readonly delegated: SigningKey;
  /** For where the audit log stands; no door takes what it signs. */
  readonly checkpoint: SigningKey;
  /** The `/certs` key; waits for it where this is the first start. */
  certs(): Promise<SigningKey>;
  /** Resolves when nothing of this touches the database any more. */
  close(): Promise<void>;
}

type Parts = Pick<KmsParts, 'database' | 'atRest' | 'now' | 'logger'>;

/** Takes the pairs from the database; what is not there yet is made, the slow RSA one in the background. */
export async function openSigningKeys(parts: Parts): Promise<SigningKeys> {
  const { logger } = parts;
  const authentication = await loadOrMake(parts, TOKEN_TYP.authentication, 'EdDSA');
  const cloud = await loadOrMake(parts, TOKEN_TYP.cloud, 'EdDSA');
  const service = await loadOrMake(parts, TOKEN_TYP.service, 'EdDSA');
  const delegated = await loadOrMake(parts, TOKEN_TYP.delegated, 'EdDSA');
  const checkpoint = await loadOrMake(parts, TOKEN_TYP.checkpoint, 'EdDSA');
  const known = await load(parts, TOKEN_TYP.kacls);

  let isClosed = false;
  let keeping: Promise<SigningKey> | undefined;
  async function makeCertsKey(): Promise<SigningKey> {
    const fresh = await generateSigningKey('RS256');
    // Nobody waits for a closed server's key: the next start makes its own.
    if (isClosed) return fresh;
    keeping = keep(parts, TOKEN_TYP.kacls, fresh);
    return keeping;
  }
  let certs = known && Promise.resolve(known);
  function askCerts(): Promise<SigningKey> {
    certs ??= makeCertsKey().catch((error: unknown) => {
      // Whoever asks next has it tried again.
      certs = undefined;
      throw error;
    });
    return certs;
  }
  askCerts().catch((err: unknown) => logger.error({ err }, 'the /certs key could not be made'));

  return {
    authentication,
    cloud,
    service,
    delegated,
    checkpoint,
    certs: askCerts,
    async close() {
      isClosed = true;
      // A failure was logged above, and is no reason to stay open.
      await Promise.allSettled([keeping]);
    },
  };
}

async function loadOrMake(parts: Parts, typ: string, algorithm: SigningAlgorithm): Promise<SigningKey> {
  return (await load(parts, typ)) ?? (await keep(parts, typ, await generateSigningKey(algorithm)));
}

async function load({ database, atRest }: Parts, typ: string): Promise<SigningKey | undefined> {
  const row = await database
    .selectFrom('signing_keys')
    .select(['algorithm', 'private_key'])
    .where('typ', '=', typ)
    .executeTakeFirst();
  if (!row) return undefined;
  const secret = atRest.open(signingKeyPlace(typ), row.private_key);
  try {
    return importSigningKey(row.algorithm, secret);
  } finally {
    secret.destroy();
  }
}

/** Keeps a fresh pair unless one is there already: of two servers that start at once, both use the first one's. */
async function keep(parts: Parts, typ: string, key: SigningKey): Promise<SigningKey> {
  const kept = await parts.database
    .insertInto('signing_keys')
    .values({
      typ,
      algorithm: key.algorithm,
      private_key: sealForKeeping(parts.atRest, signingKeyPlace(typ), exportSigningKey(key)),
      created_at: parts.now().getTime(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('typ')
    .executeTakeFirst();
  return kept ? key : ((await load(parts, typ)) ?? key);
}

/** Where the private half of the pair for that `typ` rests. */
export function signingKeyPlace(typ: string) {
  return { table: 'signing_keys', column: 'private_key', row: typ };
}
