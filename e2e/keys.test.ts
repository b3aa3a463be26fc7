import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fileOutcomes, jsonLines } from './support/json-lines.ts';
import { createDevice, type Person, register, serverOptions } from './support/person.ts';
import { LAUNCHER } from './support/places.ts';
import { PSEUDO_TERMINAL, startAtTerminal } from './support/pseudo-terminal.ts';
import { type Servers, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let servers: Servers;
/** Codes are good once, and there are three a minute: so each does a part. */
let ann: Person;
let ben: Person;
let eve: Person;
/** With the servers of a data folder. */
let zoe: Person;
beforeAll(async () => {
  workspace = await createWorkspace();
  servers = await startServers(workspace);
  const person = (name: string) => register(createDevice(workspace, name), name, serverOptions(servers));
  const alone = register(createDevice(workspace, 'zoe'), 'zoe');
  [ann, ben, eve, zoe] = await Promise.all([person('ann'), person('ben'), person('eve'), alone]);
});
afterAll(() => workspace.close());

const keyLine = z.strictObject({
  key: z.string(),
  created_at: z.string(),
  is_first: z.boolean(),
  versions: z.array(
    z.strictObject({
      version: z.number(),
      status: z.string(),
      created_at: z.string(),
      until: z.string().nullable(),
      needed: z.number(),
    }),
  ),
  needing_new_key: z.number(),
});
const stateLine = z.strictObject({
  key: z.string(),
  version: z.number(),
  status: z.string(),
  until: z.string().nullable(),
});
const needingLine = z.strictObject({
  resource_name: z.string(),
  generation: z.number(),
  version: z.number(),
  name: z.string().nullable(),
});

async function json<Schema extends z.ZodType>(
  { device }: Person,
  args: readonly string[],
  schema: Schema,
  environment: Record<string, string> = {},
): Promise<z.output<Schema>[]> {
  const { exitCode, stdout, stderr } = await device.run([...args, '--json'], { environment });
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
  return jsonLines(stdout, schema);
}

async function firstKey(person: Person) {
  const [key, ...more] = await json(person, ['keys'], keyLine);
  expect(more).toEqual([]);
  if (!key) throw new Error('there is no key');
  return { ...key, states: key.versions.map(({ version, status, needed }) => [version, status, needed]) };
}

const freshCode = async ({ authenticator }: Person) => ({ SEALKEEP_TOTP: await authenticator.code() });
const daysUntil = (time: string | null | undefined) => (Date.parse(time ?? '') - Date.now()) / 86_400_000;

/** A folder with sealed files in it. */
async function sealedFiles({ device, name }: Person, ...files: string[]): Promise<string> {
  const folder = await workspace.makeFolder(`files-of-${name}`);
  for (const file of files) await writeFile(path.join(folder, file), `what is in ${file}`);
  await device.files(['encrypt', ...files], { cwd: folder });
  return folder;
}

async function expectOpens({ device }: Person, folder: string, file: string): Promise<void> {
  const [opened] = await device.files(['decrypt', `${file}.enc`], { cwd: folder });
  expect(await readFile(opened?.out ?? '', 'utf8')).toBe(`what is in ${file}`);
  await rm(opened?.out ?? '');
}

describe('a key that is rotated and revoked', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await sealedFiles(ann, 'plan.txt');
    await ann.device.files(['upload', 'plan.txt.enc'], { cwd: folder });
  });

  test('has one version at first, which what was sealed hangs on', async () => {
    expect(await firstKey(ann)).toMatchObject({
      is_first: true,
      needing_new_key: 0,
      states: [[1, 'active', 1]],
    });
    expect(await json(ann, ['keys', 'needing', '1'], needingLine)).toMatchObject([
      { version: 1, generation: 1, name: 'plan.txt' },
    ]);
    expect((await ann.device.run(['keys', 'needing'])).stdout).toMatch(
      /^version 1 {4}plan\.txt {2}\/\/sealkeep\/\S+\n$/,
    );
    expect(await ann.device.refusal(['keys', 'needing', '9'])).toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  test('rotated has another, and the census moves over', async () => {
    const rotated = await ann.device.run(['keys', 'rotate']);
    expect(rotated).toEqual({
      exitCode: 0,
      stdout: 'Version 2 wraps from now on.\nAll that hung on versions before hangs on version 2 now.\n',
      stderr: '',
    });
    const { key, states, versions } = await firstKey(ann);
    expect(states).toEqual([
      [1, 'readable', 0],
      [2, 'active', 1],
    ]);
    expect(daysUntil(versions[0]?.until)).toBeCloseTo(7, 1);
    const { stdout } = await ann.device.run(['keys']);
    expect(stdout).toContain(`Key ${key}, your first\n`);
    expect(stdout).toMatch(/^ {2}version 1 .* readable until \d{4}-\d\d-\d\d \d\d:\d\d {2}0 wrapped keys$/m);
    expect(stdout).toMatch(/^ {2}version 2 .* active +1 wrapped key$/m);
    await expectOpens(ann, folder, 'plan.txt');
  });

  test('revoked leaves its files open, and names them', async () => {
    const { key } = await firstKey(ann);
    const revoked = await ann.device.run(['keys', 'revoke', '2', `--key=${key}`], {
      environment: await freshCode(ann),
    });
    expect([revoked.exitCode, revoked.stderr]).toEqual([0, '']);
    expect(revoked.stdout).toContain(`"sealkeep keys enable 2 --key=${key}" takes that back.`);
    expect(revoked.stdout).toContain('hangs on version 3 now.');
    expect(await firstKey(ann)).toMatchObject({
      needing_new_key: 1,
      states: [
        [1, 'readable', 0],
        [2, 'disabled', 0],
        [3, 'active', 1],
      ],
    });
    expect((await ann.device.run(['keys', 'needing', '--new-key'])).stdout).toMatch(
      /^version 2 {4}plan\.txt {2}/,
    );
    expect((await ann.device.run(['keys'])).stdout).toContain('1 file needs a new key');
    await expectOpens(ann, folder, 'plan.txt');
  });

  test('enabled opens again, and does not wrap', async () => {
    const [enabled] = await json(ann, ['keys', 'enable', '2'], stateLine, await freshCode(ann));
    expect(enabled).toMatchObject({ version: 2, status: 'readable', until: expect.any(String) });
    expect((await firstKey(ann)).states[2]).toEqual([3, 'active', 1]);
    expect(await json(ann, ['keys', 'retire', '1'], stateLine)).toMatchObject([
      { version: 1, status: 'retired', until: null },
    ]);
  });
});

describe('a version that is to be destroyed', () => {
  test('is refused while something hangs on it', async () => {
    await sealedFiles(ben, 'note.txt');
    const refused = await ben.device.refusal(['keys', 'destroy', '1', '--yes']);
    expect(refused).toEqual({
      code: 'KEY_VERSION_NEEDED',
      exitCode: 4,
      message:
        '1 wrapped key still hangs on this version; nothing was changed. "sealkeep keys needing VERSION" lists them.',
    });
    const [needing] = await json(ben, ['keys', 'needing', '1'], needingLine);
    // The registry has its name, although it was not uploaded.
    expect(needing?.name).toBe('note.txt');
    expect((await ben.device.run(['keys', 'needing', '1'])).stdout).toBe(
      `version 1    note.txt  ${needing?.resource_name}\n`,
    );
  });

  test('is scheduled once nothing does, and kept', async () => {
    await json(ben, ['keys', 'revoke', '1'], stateLine, await freshCode(ben));
    const destroyed = await ben.device.run(['keys', 'destroy', '1', '--days', '7', '--yes'], {
      environment: await freshCode(ben),
    });
    expect([destroyed.exitCode, destroyed.stderr]).toEqual([
      0,
      expect.stringContaining('opens nothing from now on, and is destroyed in 7 days'),
    ]);
    expect(destroyed.stdout).toMatch(
      /^Version 1 is going to be destroyed on .* UTC\. Until then "sealkeep keys keep 1"/,
    );
    const { states, versions } = await firstKey(ben);
    expect(states[0]).toEqual([1, 'destruction_scheduled', 0]);
    expect(daysUntil(versions[0]?.until)).toBeCloseTo(7, 1);
    expect((await ben.device.run(['keys'])).stdout).toContain('destruction scheduled for ');

    expect(await json(ben, ['keys', 'keep', '1'], stateLine)).toMatchObject([
      { version: 1, status: 'disabled', until: null },
    ]);
    expect(await ben.device.refusal(['keys', 'keep', '1'])).toMatchObject({
      code: 'KEY_VERSION_STATE',
      exitCode: 4,
      message: expect.stringContaining('"sealkeep keys" shows'),
    });
  });

  test.runIf(existsSync(PSEUDO_TERMINAL))(
    `is asked about at a terminal (needs ${PSEUDO_TERMINAL}); anything but yes changes nothing`,
    async () => {
      const running = startAtTerminal(workspace, [process.execPath, LAUNCHER, 'keys', 'destroy', '1'], {
        SEALKEEP_HOME: ben.device.home,
      });
      await running.says(/is destroyed in 30 days[\s\S]*Go on\?/);
      running.press('no\r');
      expect((await running.ended).exitCode).toBe(130);
      expect((await firstKey(ben)).states[0]).toEqual([1, 'disabled', 0]);
    },
  );
});

describe('a file that is given up', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await sealedFiles(eve, 'old.txt', 'local.txt', 'mine.txt', 'other.txt');
    await eve.device.files(['upload', 'old.txt.enc'], { cwd: folder });
  });

  test('takes a code, opens no more, and is counted no more', async () => {
    const inFolder = { cwd: folder };
    const shred = ['keys', 'shred', 'old.txt', 'local.txt.enc', '--yes'];
    const wrong = { SEALKEEP_TOTP: eve.authenticator.wrongCode() };
    expect(await eve.device.refusal(shred, { ...inFolder, environment: wrong })).toMatchObject({
      code: 'CODE_REFUSED',
      exitCode: 3,
    });
    const environment = await freshCode(eve);
    const shredded = await eve.device.run(shred, { ...inFolder, environment });
    expect([shredded.exitCode, shredded.stdout]).toEqual([
      0,
      'Given up: 2 files. The sealed bytes stay where they lie.\n',
    ]);
    expect((await firstKey(eve)).states).toEqual([[1, 'active', 2]]);
    const opened = await eve.device.run(['decrypt', 'old.txt.enc', 'local.txt.enc', '--json'], inFolder);
    expect(fileOutcomes(opened.stdout)).toMatchObject({ finished: [], failed: [{}, {}] });
  });

  test('is none whose name was written into another one', async () => {
    const other = path.join(folder, 'other.txt.enc');
    const [mine, changed] = await Promise.all([readFile(path.join(folder, 'mine.txt.enc')), readFile(other)]);
    const [name = ''] = /\/\/sealkeep\/[\w-]{22}\/[\w-]{22}/.exec(mine.toString('latin1')) ?? [];
    const at = changed.indexOf('//sealkeep/');
    expect([name.length, at > 0]).toEqual([56, true]);
    changed.write(name, at, 'latin1');
    await writeFile(other, changed);
    await rm(path.join(folder, 'other.txt.key'));
    const refused = await eve.device.refusal(['keys', 'shred', other, '--yes']);
    expect([refused.code, refused.exitCode]).toEqual(['FILE_DAMAGED', 7]);
    await expectOpens(eve, folder, 'mine.txt');
  });
});

test('what cannot be meant is said before a server is asked', async () => {
  const id = 'A'.repeat(22);
  const refusals = [
    [['keys', 'bogus'], 2, 'There is no "sealkeep keys bogus"'],
    [['keys', 'retire', 'two'], 2, 'two is no version'],
    [['keys', 'rotate', 'short'], 2, 'short is no key'],
    [['keys', 'destroy', '1', '--days', '6', '--yes'], 2, '--days is a whole number from 7 to 30.'],
    [['keys', 'destroy', '1'], 2, '--yes says that it is.'],
    [['keys', 'shred', 'plan.txt'], 2, '--yes says that it is.'],
    [['keys', 'retire', '9'], 4, 'There is no such key, or no such version of it. "sealkeep keys" shows'],
    [['keys', 'rotate', id], 4, 'There is no such key'],
  ] as const;
  await Promise.all(
    refusals.map(async ([args, exitCode, message]) => {
      const ended = await ann.device.run(args);
      expect([ended.exitCode, ended.stdout, ended.stderr]).toEqual([
        exitCode,
        '',
        expect.stringContaining(message),
      ]);
    }),
  );
});

test('alone, what hung on a version is rewrapped before the command ends', async () => {
  await sealedFiles(zoe, 'alone.txt');
  const { stdout } = await zoe.device.run(['keys', 'rotate']);
  expect(stdout).toContain('hangs on version 2 now.');
  expect((await firstKey(zoe)).states).toEqual([
    [1, 'readable', 0],
    [2, 'active', 1],
  ]);
});

test('a further key is made beside the first, which goes on wrapping', async () => {
  const [made] = await json(
    eve,
    ['keys', 'generate'],
    z.strictObject({ key: z.string(), version: z.literal(1), status: z.literal('active') }),
  );
  await sealedFiles(eve, 'after.txt');
  const keys = await json(eve, ['keys'], keyLine);
  expect(
    keys.map(({ key, is_first, versions }) => [key === made?.key, is_first, versions[0]?.needed]),
  ).toEqual([
    [false, true, expect.any(Number)],
    [true, false, 0],
  ]);
  expect(keys[0]?.versions[0]?.needed).toBeGreaterThan(0);
});
