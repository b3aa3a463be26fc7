import path from 'node:path';
import type { WrappedResource } from '../../agent/jobs/registered-instead.ts';
import { unwrapKeys } from '../../agent/jobs/unwrap-keys.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { CloudSchema } from '../../server/cloud/stores/schema.ts';
import { verifyDatabase } from '../../server/kms/audit/verify-database.ts';
import { keyListReply } from '../../shared/api/kms/keys.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { claimedKekVersion } from '../../shared/formats/wrapped-key.ts';
import { testConfig } from '../kms/start-test-kms.ts';
import { askKeys, type Clock, logIn, startInstallation } from './installation.ts';
import { hashOf, type Known } from './prepare.ts';

const BATCH = 1000;
/** How many are tried before the background work: each that hangs on a revoked version is asked for by itself. */
const BEFORE_UPKEEP = 200;
/** How many `.key`s of the first day are tried: each that hangs on a destroyed version costs a question to the cloud. */
const OLD_KEYS = 20;

/**
 * Looks at an installation after a kill: its audit log holds, it starts, and wrapped keys that the cloud keeps open to what
 * they were made of,
 * but for those of a version that was revoked and that nothing was rewrapped from yet. Then lets the background
 * work come to its end, after which all of them open, `.key`s of the first day too, one version is active, and everything
 * hangs on it.
 * @returns how the versions stand, by status.
 * @throws Error that says what is lost.
 */
export async function check({ installation, deks }: Known, clock: Clock): Promise<Record<string, number>> {
  await assertLogHolds(installation.folder);
  const started = await startInstallation(installation, clock);
  try {
    await logIn(started, installation, clock);
    const opensAll = async (wrapped: readonly WrappedResource[], mayBeRevoked: boolean) => {
      for (let start = 0; start < wrapped.length; start += BATCH) {
        const some = wrapped.slice(start, start + BATCH);
        const outcomes = await unwrapKeys(started.agent.jobs, some, 'verify');
        for (const [index, outcome] of outcomes.entries()) {
          const { resource_name = '' } = some[index] ?? {};
          if (mayBeRevoked && isSealkeepError(outcome, 'KEY_VERSION_DISABLED')) continue;
          if (!(outcome instanceof Secret))
            throw new Error(`${resource_name} does not open`, { cause: outcome });
          if (outcome.use(hashOf) !== deks.get(resource_name)?.hash)
            throw new Error(`${resource_name} is another`);
          outcome.destroy();
        }
      }
    };
    const registered = async () => {
      const keys = await registeredKeys(installation.folder);
      if (keys.length !== deks.size) throw new Error(`${keys.length} of ${deks.size} are registered`);
      return keys;
    };
    await opensAll((await registered()).slice(0, BEFORE_UPKEEP), true);

    await started.kms.upkeep.run();
    await opensAll(await registered(), false);
    const old = [...deks].slice(0, OLD_KEYS);
    await opensAll(
      old.map(([resource_name, { wrappedKey }]) => ({ resource_name, wrapped_key: wrappedKey })),
      false,
    );
    const [key] = keyListReply.parse(await askKeys(started, 'GET', '/keys'));
    const active = key?.versions.filter(({ status }) => status === 'active') ?? [];
    if (active.length !== 1) throw new Error(`${active.length} versions are active`);
    if (active[0]?.needed !== deks.size) throw new Error(`${active[0]?.needed} hang on the active version`);
    const strays = (await registered()).filter(
      ({ wrapped_key }) => claimedKekVersion(wrapped_key).version !== active[0]?.version,
    );
    if (strays.length > 0) throw new Error(`${strays.length} registered keys hang on other versions`);
    const stuck = key?.versions.filter(({ status, needed }) => status !== 'active' && needed > 0) ?? [];
    if (stuck.length > 0) throw new Error(`something is stuck: ${JSON.stringify(stuck)}`);
    const counts: Record<string, number> = {};
    for (const { status } of key?.versions ?? []) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  } finally {
    await started.stop();
  }
}

/** @throws Error where the audit log is not whole, as the kill left it. */
async function assertLogHolds(folder: string): Promise<void> {
  const report = await verifyDatabase(testConfig(folder).databaseFile);
  if (report.fault || report.failed.length > 0) throw new Error(`the audit log: ${JSON.stringify(report)}`);
}

async function registeredKeys(folder: string): Promise<WrappedResource[]> {
  const database = openSqlite<CloudSchema>(path.join(folder, 'cloud', 'cloud.sqlite'));
  try {
    const rows = await database.selectFrom('registry').select('key_file').execute();
    return rows.map(({ key_file }) => parseKeyFile(key_file));
  } finally {
    await database.destroy();
  }
}
