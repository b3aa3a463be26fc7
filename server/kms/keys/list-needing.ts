import type { CensusQuery, CensusReply } from '../../../shared/api/kms/keys.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Person } from '../identity/person.ts';
import { type CensusChoice, listCensus } from '../keyring/census.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { assertOwnKek } from './own-kek.ts';

const PAGE = 1000;

/**
 * `GET /keys/:keyId/census`: what hangs on the caller's KEK or one version of it, or what wants a new DEK.
 * @throws SealkeepError KEY_NOT_FOUND, REQUEST_INVALID
 */
export async function listNeeding(
  database: KmsDatabase,
  person: Person,
  kekId: string,
  { version, needs, after }: CensusQuery,
): Promise<CensusReply> {
  await assertOwnKek(database, person, kekId);
  const items = await listCensus(database, {
    kekId,
    version,
    needsNewKey: needs === 'new-key',
    after: after === undefined ? undefined : parseCursor(after),
    limit: PAGE,
  });
  const last = items.length === PAGE ? items.at(-1) : undefined;
  return last ? { items, next: `${last.generation}:${last.version}:${last.resourceName}` } : { items };
}

function parseCursor(text: string): CensusChoice['after'] {
  const [, generation, version, resourceName] = /^(\d{1,10}):(\d{1,10}):(.+)$/s.exec(text) ?? [];
  if (resourceName === undefined) throw new SealkeepError('REQUEST_INVALID', { reason: 'after' });
  return { generation: Number(generation), version: Number(version), resourceName };
}
