import type { KeyReply } from '../../../shared/api/kms/keys.ts';
import type { Person } from '../identity/person.ts';
import { countNeeding, countNeedingNewKey } from '../keyring/census.ts';
import { listVersions } from '../keyring/kek-versions.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsDatabase } from '../store/schema.ts';

/** `GET /keys`: the caller's own KEKs, oldest first, each version with its census. */
export async function listKeys(
  { config, database }: Pick<KmsParts, 'config' | 'database'>,
  person: Person,
): Promise<KeyReply[]> {
  const keks = await database
    .selectFrom('keks')
    .select(['id', 'is_first', 'created_at'])
    .where('realm', '=', OWN_REALM)
    .where('owner_id', '=', person.id)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return Promise.all(
    keks.map(async (kek) => ({
      keyId: kek.id,
      createdAt: timeText(kek.created_at),
      isFirst: kek.is_first === 1,
      versions: await versionsOf(database, kek.id),
      needingNewKey: await countNeedingNewKey(database, kek.id),
      rotationDays: config.rotationDays,
    })),
  );
}

async function versionsOf(database: KmsDatabase, kekId: string): Promise<KeyReply['versions']> {
  const versions = await listVersions(database, kekId);
  return Promise.all(
    versions.map(async ({ version, createdAt, status, dueAt }) => ({
      version,
      createdAt: timeText(createdAt),
      status,
      ...(dueAt === null || status === 'active' ? {} : { expiresAt: timeText(dueAt) }),
      needed: await countNeeding(database, { kekId, version }),
    })),
  );
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
