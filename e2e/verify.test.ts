import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readEnc } from '../test/independent-reader/read-enc.ts';
import { jsonLines } from './support/json-lines.ts';
import { createDevice, type Person, register } from './support/person.ts';
import { startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const MIB = 1024 * 1024;
const CONTENT = Buffer.alloc(2 * MIB + 100, 'what was sealed; ');

let workspace: Workspace;
let ann: Person;
let folder: string;
let enc: string;
beforeAll(async () => {
  workspace = await createWorkspace();
  const device = createDevice(workspace, 'ann');
  // Those that each command would start for itself.
  await startServers(workspace, { data: device.home });
  ann = await register(device, 'ann');
  folder = await workspace.makeFolder('files');
  await writeFile(path.join(folder, 'report.txt'), CONTENT);
  await writeFile(path.join(folder, 'good.txt'), 'good');
  await ann.device.files(['encrypt', 'report.txt', 'good.txt'], { cwd: folder });
  enc = path.join(folder, 'report.txt.enc');
});
afterAll(() => workspace.close());

const range = z.strictObject({ offset: z.number(), length: z.number() });
const line = z.strictObject({
  file: z.string(),
  bytes: z.number(),
  ms: z.number(),
  key: z.enum(['beside', 'registry']),
  damage: z.array(z.object({ kind: z.string(), enc: range, plaintext: range.optional() })),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  partial: z.strictObject({ out: z.string() }).optional(),
});
const inFolder = () => ({ cwd: folder });

test('a sound file is said to be one', async () => {
  const { exitCode, stdout, stderr } = await ann.device.run(['verify', 'report.txt.enc'], inFolder());
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: 'Verified report.txt.enc (2.0 MiB)\n',
    stderr: '',
  });
});

describe('a damaged one', () => {
  let start: number;
  beforeAll(async () => {
    const bytes = await readFile(enc);
    start = 13 + bytes.readUInt32BE(9);
    bytes[start + MIB + 3] = (bytes[start + MIB + 3] ?? 0) ^ 1;
    await writeFile(enc, bytes);
  });

  test('is told by the byte, to people and to scripts', async () => {
    const { exitCode, stdout, stderr } = await ann.device.run(
      ['verify', 'report.txt.enc', 'good.txt.enc'],
      inFolder(),
    );
    expect([exitCode, stdout]).toEqual([7, 'Verified good.txt.enc (4 B)\n']);
    expect(stderr).toBe(
      [
        'report.txt.enc is damaged: 1 of its 3 segments cannot be opened.',
        `  bytes ${start + MIB} to ${start + 2 * MIB - 1} of the .enc: bad; ` +
          `lost of the file: bytes ${MIB - 56} to ${2 * MIB - 73}\n`,
      ].join('\n'),
    );
    const json = await ann.device.run(['verify', 'report.txt.enc', 'good.txt.enc', '--json'], inFolder());
    const lines = jsonLines(json.stdout, line);
    expect(json.exitCode).toBe(7);
    expect(lines.find(({ file }) => file === 'good.txt.enc')).toMatchObject({ damage: [], bytes: 4 });
    expect(lines.find(({ file }) => file === 'report.txt.enc')).toMatchObject({
      error: { code: 'FILE_DAMAGED' },
      damage: [
        {
          kind: 'segments',
          enc: { offset: start + MIB, length: MIB },
          plaintext: { offset: MIB - 56, length: MIB - 16 },
        },
      ],
    });
  });

  test('is salvaged into a file whose name says that it is partial', async () => {
    const out = await workspace.makeFolder('salvaged');
    const { exitCode, stdout } = await ann.device.run(
      ['verify', '--salvage', '--out', out, 'report.txt.enc'],
      inFolder(),
    );
    const file = path.join(out, 'report (partial).txt');
    expect([exitCode, stdout]).toEqual([
      7,
      `Salvaged ${file} (1.0 MiB of 2.0 MiB; what is lost are zeros)\n`,
    ]);
    expect((await readFile(file)).equals(Buffer.from(CONTENT).fill(0, MIB - 56, 2 * MIB - 72))).toBe(true);
  });

  test('--out alone is not understood', async () => {
    const { exitCode, stderr } = await ann.device.run(['verify', '--out', folder, 'report.txt.enc']);
    expect([exitCode, stderr]).toEqual([2, '--out goes with --salvage.\n']);
  });
});

test('a .enc whose beginning is damaged sends nobody away from its .key, and verify gets all of it back', async () => {
  const damaged = await workspace.makeFolder('damaged');
  const inDamaged = { cwd: damaged };
  await writeFile(path.join(damaged, 'letter.txt'), 'all of it');
  await ann.device.files(['encrypt', 'letter.txt'], inDamaged);
  const letter = path.join(damaged, 'letter.txt.enc');
  const sound = await readFile(letter);
  for (const [position, said] of [
    [3, 'is not a sealed file'],
    [70, 'name different resources'],
  ] as const) {
    const bytes = Buffer.from(sound);
    // Another letter, as a name has them.
    bytes.write(bytes[position] === 0x41 ? 'B' : 'A', position);
    await writeFile(letter, bytes);
    const { exitCode, stderr } = await ann.device.run(['decrypt', 'letter.txt.enc'], inDamaged);
    expect(exitCode).toBe(7);
    expect(stderr).toContain(said);
    expect(stderr).toContain('"sealkeep verify"');
    const out = await workspace.makeFolder(`salvaged ${position}`);
    await ann.device.run(['verify', '--salvage', '--out', out, 'letter.txt.enc'], inDamaged);
    expect(await readdir(out)).toHaveLength(1);
    expect(await readFile(path.join(out, (await readdir(out))[0] ?? ''), 'utf8')).toBe('all of it');
  }
});

test('a folder is compared with its manifest', async () => {
  const place = await workspace.makeFolder('trees');
  await mkdir(path.join(place, 'letters'));
  for (const name of ['one', 'two']) await writeFile(path.join(place, 'letters', name), name);
  await ann.device.files(['encrypt', 'letters'], { cwd: place });
  expect((await ann.device.run(['verify', 'letters.sealed'], { cwd: place })).exitCode).toBe(0);
  await rm(path.join(place, 'letters.sealed', 'one.enc'));
  const { exitCode, stdout, stderr } = await ann.device.run(['verify', '.'], { cwd: place });
  expect([exitCode, stderr]).toEqual([6, 'There is no file letters.sealed/one.enc.\n']);
  expect(stdout).toContain('Verified letters.sealed/two.enc');
});

describe('export-key', () => {
  test('prints the key to standard output, and what it means beside', async () => {
    const environment = { SEALKEEP_TOTP: await ann.authenticator.code() };
    const file = path.join(folder, 'good.txt.enc');
    const { exitCode, stdout, stderr } = await ann.device.run(['export-key', file], { environment });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^[A-Za-z0-9+/]{43}=\n$/)]);
    expect(stderr).toContain('Whoever has this key can open');
    expect(stderr).toContain('docs/opener.html');
    expect(stderr).not.toContain(stdout.trim());
    const { plaintext } = readEnc(await readFile(file), Buffer.from(stdout, 'base64'));
    expect(plaintext.toString()).toBe('good');
    const again = await ann.device.run(['export-key', file, '--json'], { environment });
    expect([again.exitCode, JSON.parse(again.stdout)]).toMatchObject([
      3,
      { error: { code: 'CODE_REFUSED' } },
    ]);
  });

  test('takes no other code', async () => {
    const environment = { SEALKEEP_TOTP: ann.authenticator.wrongCode() };
    const { exitCode, stdout, stderr } = await ann.device.run(['export-key', 'good.txt.enc'], {
      ...inFolder(),
      environment,
    });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain('code is not right');
  });
});
