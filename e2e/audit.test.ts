import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonLines } from './support/json-lines.ts';
import { forged, goneOn } from './support/made-anew.ts';
import { createDevice, type Device, register } from './support/person.ts';
import { REPOSITORY } from './support/places.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const run = promisify(execFile);

let workspace: Workspace;
let zoe: Device;
let log: string;
/** Which signed it. */
let key: string;
beforeAll(async () => {
  workspace = await createWorkspace();
  ({ device: zoe } = await register(createDevice(workspace, 'zoe'), 'zoe'));
  log = workspace.path('log.jsonl');
});
afterAll(() => workspace.close());

const report = z.strictObject({
  entries: z.number(),
  first_wrong: z.object({ seq: z.number(), kind: z.string() }).nullable(),
  checkpoints: z.number(),
  failed_checkpoints: z.array(z.object({ seq: z.number(), why: z.string() })),
  signed_up_to: z.number(),
  is_signed: z.boolean(),
  key: z.string().nullable(),
});

async function verify(...place: string[]) {
  const { stdout, exitCode } = await zoe.run(['audit', 'verify', ...place, '--json']);
  const [line] = jsonLines(stdout, report);
  return { ...line, exitCode };
}

/** The program of docs/audit-log.md, as it stands there. */
async function verifyIndependently(...given: string[]): Promise<{ output: string; exitCode: number }> {
  const page = await readFile(path.join(REPOSITORY, 'docs', 'audit-log.md'), 'utf8');
  const [, program = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const place = workspace.path('verify.mjs');
  await writeFile(place, program);
  try {
    return { output: (await run(process.execPath, [place, ...given])).stdout, exitCode: 0 };
  } catch (error) {
    const { stdout, code } = z.object({ stdout: z.string(), code: z.number() }).parse(error);
    return { output: stdout, exitCode: code };
  }
}

test('what was done is listed, followed and exported, and an export verifies anywhere', async () => {
  const source = workspace.path('plan.txt');
  await writeFile(source, 'a plan');
  await zoe.files(['encrypt', source]);
  const listed = await zoe.run(['audit', '--operation', 'wrap']);
  expect(listed.stdout).toMatch(/^ +\d+ {2}\S+ \S+ {2}zoe +wrap +allowed/);
  expect((await zoe.run(['audit', '--decision', 'maybe'])).exitCode).toBe(2);
  const kept = await zoe.run(['audit', 'verify', '--json']);
  expect(JSON.parse(kept.stdout)).toMatchObject({ entries: 0, signed_up_to: expect.any(Number) });

  const exported = await zoe.run(['audit', 'export', '--out', log, '--json']);
  const { entries, checkpoints } = z
    .object({ entries: z.number(), checkpoints: z.number() })
    .parse(JSON.parse(exported.stdout));
  const good = await verify('--file', log);
  expect(good).toMatchObject({
    exitCode: 0,
    entries,
    checkpoints,
    first_wrong: null,
    failed_checkpoints: [],
  });
  expect(checkpoints).toBeGreaterThan(1);
  const independent = await verifyIndependently(log);
  expect(independent.exitCode).toBe(0);
  expect(independent.output).toBe(
    `holds: up to entry ${entries}, signed up to ${good.signed_up_to} by ${good.key}\n`,
  );
  key = String(good.key);
  expect(await verifyIndependently(log, key)).toEqual(independent);
  expect((await zoe.refusal(['audit', 'export', '--out', log])).code).toBe('OUTPUT_TAKEN');
});

test('both verifiers name what is wrong with an export', async () => {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  const at = (seq: number) => lines.findIndex((line) => line.startsWith(`{"seq":${seq},`));
  const changes: Readonly<Record<string, (all: string[]) => string[]>> = {
    changed: (all) => all.with(at(2), all[at(2)]?.replace('"actor":"zoe"', '"actor":"eve"') ?? ''),
    dropped: (all) => all.toSpliced(at(2), 1),
    swapped: (all) => all.with(at(2), all[at(3)] ?? '').with(at(3), all[at(2)] ?? ''),
  };
  const file = workspace.path('other.jsonl');
  for (const [what, change] of Object.entries(changes)) {
    await writeFile(file, `${change(lines).join('\n')}\n`);
    const { exitCode, first_wrong } = await verify('--file', file);
    expect([what, exitCode, first_wrong?.seq]).toEqual([what, 7, 2]);
    const independent = await verifyIndependently(file);
    expect(independent.exitCode).toBe(1);
    expect(independent.output).toMatch(/^entry 2: /m);
  }
  expect((await verifyIndependently(log, 'another')).exitCode).toBe(1);
  expect(await verify('--file', log, '--key', 'another')).toMatchObject({ exitCode: 7, first_wrong: null });
  await writeFile(file, lines.slice(0, 3).join('\n').slice(0, -5));
  expect(await zoe.refusal(['audit', 'verify', '--file', file])).toMatchObject({
    code: 'AUDIT_EXPORT_INVALID',
    exitCode: 7,
  });
});

test('a log that was made anew without the key of the KMS fails in both, and where it is not signed they say so', async () => {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  const file = workspace.path('forged.jsonl');

  await writeFile(file, forged(lines, true));
  const resigned = await verify('--file', file);
  expect(resigned).toMatchObject({ exitCode: 7, first_wrong: null });
  expect(new Set(resigned.failed_checkpoints?.map(({ why }) => why))).toEqual(new Set(['signature']));
  const independent = await verifyIndependently(file);
  expect(independent.exitCode).toBe(1);
  expect(independent.output).toMatch(/^checkpoint after \d+: not signed$/m);

  await writeFile(file, forged(lines, false));
  const named = await verify('--file', file, '--key', key);
  expect(named).toMatchObject({ exitCode: 7, first_wrong: null, checkpoints: 0, is_signed: false });
  const asked = await verifyIndependently(file, key);
  expect(asked.exitCode).toBe(1);
  expect(asked.output).toMatch(new RegExp(`^nothing of it is signed by ${key}\ndoes not hold: `));
  const unasked = await verifyIndependently(file);
  expect(unasked.exitCode).toBe(0);
  expect(unasked.output).toMatch(/^holds: up to entry \d+, nothing of it is signed\n$/);

  // What comes after the newest checkpoint can be anybody's, and is fewer than a thousand.
  for (const [more, exitCode] of [
    [999, 0],
    [1000, 1],
  ] as const) {
    await writeFile(file, goneOn(lines, more));
    expect([more, (await verifyIndependently(file, key)).exitCode]).toEqual([more, exitCode]);
  }
});

test('a server’s database is verified without it, and a log that was made anew is found out by who saw it', async () => {
  const place = ['--data-folder', zoe.home];
  const good = await verify(...place);
  expect(good).toMatchObject({ exitCode: 0, first_wrong: null, failed_checkpoints: [] });

  const database = new DatabaseSync(path.join(zoe.home, 'kms', 'kms.sqlite'));
  for (const table of ['audit', 'audit_checkpoints']) {
    for (const act of ['update', 'delete']) database.exec(`DROP TRIGGER ${table}_no_${act}`);
  }
  database.exec("UPDATE audit SET actor = 'eve' WHERE seq = 2");
  const changed = await verify(...place);
  expect(changed).toMatchObject({ exitCode: 7, first_wrong: { seq: 2, kind: 'changed' } });
  const said = await zoe.run(['audit', 'verify', ...place]);
  expect(said.stdout).toContain('Entry 2 was changed.');

  database.exec('DELETE FROM audit WHERE seq > 2; DELETE FROM audit_checkpoints');
  database.exec("UPDATE audit SET actor = 'zoe' WHERE seq = 2");
  database.close();
  // The next command starts the servers anew, which sign again.
  expect(await verify(...place)).toMatchObject({ exitCode: 7, first_wrong: null, is_signed: false });
  const online = await zoe.refusal(['audit', 'verify']);
  expect(online).toMatchObject({ code: 'AUDIT_LOG_BROKEN', exitCode: 7 });
  expect(JSON.parse((await zoe.run(['audit', 'forget', '--json'])).stdout).forgotten).toBeGreaterThan(2);
  expect((await zoe.run(['audit', 'verify'])).exitCode).toBe(0);
  expect((await zoe.refusal(['audit', 'verify', '--data-folder', workspace.path('nowhere')])).code).toBe(
    'DATA_FOLDER_UNUSABLE',
  );
});
