import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { changeKmsRootKey } from '../../server/kms/change-kms-root-key.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import type { RootKeySource } from '../../server/platform/config/root-key-setting.ts';
import { assertNoChangeUnderWay } from '../../server/platform/root-key/change-record.ts';
import { providerOfSource } from '../../server/platform/root-key/provider-of-source.ts';
import { rootKeyText } from '../../server/platform/root-key/root-key-file.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { makeFilledDatabase, restingIn } from './filled-kms.ts';

const PROCESS = fileURLToPath(new URL('../support/change-root-key-process.ts', import.meta.url));
/** Three batches. */
const RESOURCES = 450;

let folder: string;
const old = Secret.random(32);
const at = (...names: string[]) => path.join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-killed-change-'));
  await makeFilledDatabase(at('kms.sqlite'), old, RESOURCES);
  await writeFile(at('old.key'), rootKeyText(old));
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const ask = async () => 'a long enough passphrase';
const providerOf = (source: RootKeySource) => providerOfSource(source, { setting: 'KMS_ROOT_KEY', ask });

/** Changes the root key until so many steps are durable. @returns the last of them where it was killed. */
async function run(
  database: string,
  next: RootKeySource,
  steps: number,
): Promise<{ kind: string } | undefined> {
  const args = [PROCESS, database, `file:${at('old.key')}`, `${next.provider}:${next.file}`, String(steps)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal === 'SIGKILL') return JSON.parse(output);
  expect(exitCode).toBe(0);
  return undefined;
}

/** In this process, to the end. */
async function goOn(databaseFile: string, next: RootKeySource): Promise<void> {
  const tell = () => undefined;
  const present = { provider: 'file', file: at('old.key') } as const;
  await changeKmsRootKey({ present, next, databaseFile, providerOf, tell }, () => new Date());
}

/** What a server that is started now says to it; undefined where it says nothing. */
async function refusalOf(file: string): Promise<unknown> {
  const database = openSqlite<KmsSchema>(file);
  const [settled] = await Promise.allSettled([assertNoChangeUnderWay(database)]);
  await database.destroy();
  return settled.status === 'rejected' && isSealkeepError(settled.reason) ? settled.reason.code : undefined;
}

async function expectAllUnder(file: string, next: RootKeySource): Promise<void> {
  const key = await providerOf(next).read();
  if (!key) throw new Error('no root key');
  const atRest = createAtRest(key);
  const resting = await restingIn(file);
  for (const { place, sealed } of [...resting.values()].flat()) atRest.open(place, sealed).destroy();
  const counts = [...resting.values()].map((rows) => rows.length);
  expect(counts).toContain(RESOURCES);
}

/** @param most after so many steps is enough; the run that is not killed any more ends it, too. */
async function killEverywhere(provider: RootKeySource['provider'], most: number): Promise<string[]> {
  const kinds: string[] = [];
  for (let steps = 1; steps <= most; steps += 1) {
    const database = at(`${provider}-${steps}.sqlite`);
    const next = { provider, file: at(`${provider}-${steps}.key`) };
    await copyFile(at('kms.sqlite'), database);
    const last = await run(database, next, steps);
    if (!last) break;
    kinds.push(last.kind);
    expect(await refusalOf(database)).toBe(last.kind === 'done' ? undefined : 'ROOT_KEY_CHANGE_UNFINISHED');
    // Some are killed a second time, on their way on.
    if (steps % 4 === 2) await run(database, next, 1);
    await goOn(database, next);
    expect(await refusalOf(database)).toBeUndefined();
    await expectAllUnder(database, next);
  }
  return kinds;
}

const TIMES = { timeout: 120_000 };

test('a change that is killed after any of its steps goes on and loses nothing', TIMES, async () => {
  const kinds = await killEverywhere('file', Number.POSITIVE_INFINITY);
  expect([...new Set(kinds)]).toEqual(['begun', 'key made', 'rewrapping', 'rewrapped', 'done']);
});

test('the same where the new key is under a passphrase', TIMES, async () => {
  expect(await killEverywhere('passphrase', 4)).toEqual(['begun', 'key made', 'rewrapping', 'rewrapped']);
});
