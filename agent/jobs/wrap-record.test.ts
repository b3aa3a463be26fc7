import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTemporaries, removeDeadTemporaries, type Temporaries } from '../engine/temporaries.ts';
import { createWrapRecord, findLeftRecords } from './wrap-record.ts';

let dataFolder: string;
let temporaries: Temporaries;
const NAMES = ['//sealkeep/owner/one', '//sealkeep/owner/two'];

beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'sealkeep-wraps-'));
  temporaries = createTemporaries(dataFolder);
});
afterEach(async () => {
  await temporaries.close();
  await rm(dataFolder, { recursive: true });
});

const newRecord = () => createWrapRecord({ dataFolder, engine: { temporaries } });
/** Minutes from now. */
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const left = async (at = new Date()) =>
  (await findLeftRecords(dataFolder, at)).map(({ resourceNames }) => resourceNames);
const onDisk = async () =>
  (await readdir(path.join(dataFolder, 'runs'))).filter((name) => /wraps$/.test(name));

test('what a living process asks for is nobody else’s, and gone once the registry has it', async () => {
  expect(await left()).toEqual([]);
  const record = newRecord();
  await record.begin(NAMES);
  expect(await left()).toEqual([]);
  expect(await onDisk()).toHaveLength(1);
  await record.end();
  expect(await onDisk()).toEqual([]);
});

test('what failed is found once the KMS has surely done with it, until it is forgotten; what never began is not there', async () => {
  await newRecord().leave();
  const record = newRecord();
  await record.begin(NAMES);
  await record.leave();
  expect(await left(inMinutes(9))).toEqual([]);
  const [one] = await findLeftRecords(dataFolder, inMinutes(10));
  expect(one?.resourceNames).toEqual(NAMES);
  await one?.forget();
  expect(await onDisk()).toEqual([]);
});

test('what a process left that was killed is found, also once its temporary files were removed', async () => {
  const moduleOf = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    const { createTemporaries } = await import(${moduleOf('../engine/temporaries.ts')});
    const { createWrapRecord } = await import(${moduleOf('./wrap-record.ts')});
    const dataFolder = ${JSON.stringify(dataFolder)};
    const engine = { temporaries: createTemporaries(dataFolder) };
    await createWrapRecord({ dataFolder, engine }).begin(${JSON.stringify(NAMES)});
    process.kill(process.pid, 'SIGKILL');`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect([signal, stderr.toString()]).toEqual(['SIGKILL', '']);
  expect(await left()).toEqual([NAMES]);
  await removeDeadTemporaries(dataFolder, () => new Date());
  expect(await left()).toEqual([NAMES]);
});

test('half a record says that nothing was asked for yet', async () => {
  await temporaries.run();
  await writeFile(path.join(dataFolder, 'runs', 'ended.record.wraps'), '["//sealkeep/ow');
  expect(await left()).toEqual([[]]);
});
