import { existsSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fileOutcomes, jsonLines } from './support/json-lines.ts';
import { createDevice, type Person, register, serverOptions } from './support/person.ts';
import { LAUNCHER } from './support/places.ts';
import type { Ended, Running } from './support/process.ts';
import { PSEUDO_TERMINAL, startAtTerminal } from './support/pseudo-terminal.ts';
import { startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const MIB = 1024 * 1024;

let workspace: Workspace;
let ann: Person;
let folder: string;
beforeAll(async () => {
  workspace = await createWorkspace();
  const servers = await startServers(workspace);
  ann = await register(createDevice(workspace, 'ann'), 'ann', serverOptions(servers));
  folder = await workspace.makeFolder('pipes');
  await writeFile(at('big.bin'), patterned(20 * MIB + 7));
});
afterAll(() => workspace.close());

const at = (name: string) => path.join(folder, name);

function patterned(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let place = 0; place + 4 <= length; place += 4)
    bytes.writeUInt32LE((place * 2_654_435_761) >>> 0, place);
  return bytes;
}

async function isSame(one: string, other: string): Promise<boolean> {
  return (await readFile(at(one))).equals(await readFile(at(other)));
}

/** A line for the shell, in which `sealkeep` is the built command; in a pipe the first failure counts. */
function startShell(line: string): Running {
  const sealkeep = `sealkeep() { '${process.execPath}' '${LAUNCHER}' "$@"; }`;
  return workspace.spawn('bash', ['-c', `set -o pipefail; ${sealkeep}; ${line}`], {
    cwd: folder,
    environment: { SEALKEEP_HOME: ann.device.home },
  });
}

async function shell(line: string): Promise<Ended> {
  const running = startShell(line);
  running.closeInput();
  return running.ended;
}

describe('there and back', () => {
  test('through pipes, quietly, with the .key in the registry alone', async () => {
    expect(await shell('cat big.bin | sealkeep encrypt - > big.enc')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(at('big.key'))).toBe(false);
    expect((await readFile(at('big.enc'))).subarray(0, 8).toString()).toBe('SEALKEEP');
    expect(await shell('cat big.enc | sealkeep decrypt - | cmp - big.bin')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('through files, and what one way sealed the other one opens', async () => {
    const ends = await shell(
      'sealkeep encrypt - --name odd.bin < big.bin > renamed.enc && sealkeep decrypt renamed.enc',
    );
    expect(ends).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Opened ${at('renamed')} `) });
    expect(await isSame('renamed', 'big.bin')).toBe(true);
    expect(JSON.parse(await readFile(at('renamed.key'), 'utf8'))).toMatchObject({
      name: 'odd.bin',
      size: 20 * MIB + 7,
    });
    await shell('sealkeep encrypt big.bin && sealkeep decrypt - < big.bin.enc > again.bin');
    expect(await isSame('again.bin', 'big.bin')).toBe(true);
  });

  test('nothing at all, and one byte', async () => {
    for (const text of ['', 'x']) {
      const ends = await shell(`printf '%s' '${text}' | sealkeep encrypt - | sealkeep decrypt -`);
      expect(ends).toEqual({ exitCode: 0, stdout: text, stderr: '' });
    }
  });

  test('--keyfile has the .key, and is not overwritten', async () => {
    expect(await shell('echo a | sealkeep encrypt - --keyfile kept.key > kept.enc')).toMatchObject({
      exitCode: 0,
    });
    expect(await shell('sealkeep decrypt - --keyfile kept.key < kept.enc')).toMatchObject({ stdout: 'a\n' });
    const before = await readFile(at('kept.key'), 'utf8');
    const again = await shell('echo b | sealkeep encrypt - --keyfile kept.key > other.enc');
    expect(again).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('nothing is overwritten') });
    expect(await readFile(at('kept.key'), 'utf8')).toBe(before);
    expect(await readFile(at('other.enc'))).toHaveLength(0);
    const gone = await shell('sealkeep decrypt - --keyfile gone.key < kept.enc');
    expect(gone).toMatchObject({ exitCode: 6, stdout: '', stderr: expect.stringContaining('gone.key') });
  });

  test('--json lines go to standard error, where bytes stand on standard output', async () => {
    const ends = await shell('printf abc | sealkeep encrypt - --json > json.enc');
    expect(ends).toMatchObject({ exitCode: 0, stdout: '' });
    expect(fileOutcomes(ends.stderr).finished).toMatchObject([{ file: '-', out: '-', bytes: 3 }]);
    const failed = await shell('printf abc | sealkeep decrypt - --json');
    expect(failed).toMatchObject({ exitCode: 7, stdout: '' });
    const errors = jsonLines(failed.stderr, z.object({ error: z.object({ code: z.string() }) }));
    expect(errors).toMatchObject([{ error: { code: 'FILE_NOT_SEALED' } }]);
  });
});

describe('what is not whole', () => {
  test('a damaged or truncated stream gives its good segments, a sentence and 7', async () => {
    await shell('sealkeep encrypt - < big.bin > damaged.enc; cp damaged.enc cut.enc');
    const enc = await readFile(at('damaged.enc'));
    enc.writeUInt8(enc.readUInt8(10 * MIB) ^ 1, 10 * MIB);
    await writeFile(at('damaged.enc'), enc);
    await truncate(at('cut.enc'), 10 * MIB);
    const whole = await readFile(at('big.bin'));
    for (const name of ['damaged', 'cut']) {
      const ends = await shell(`cat ${name}.enc | sealkeep decrypt - > ${name}.bin`);
      expect(ends).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('not the whole file') });
      const good = await readFile(at(`${name}.bin`));
      expect(good.length).toBeGreaterThan(8 * MIB);
      expect(good.equals(whole.subarray(0, good.length))).toBe(true);
      expect(ends.stderr).toContain(`, ${good.length} bytes,`);
    }
  });

  test('a reader that has gone ends it quietly', async () => {
    await shell('sealkeep encrypt - < big.bin > read.enc');
    const opened = await shell('sealkeep decrypt - < read.enc | head -c 5 | wc -c; echo $PIPESTATUS');
    expect(opened).toMatchObject({ stdout: '5\n130\n', stderr: '' });
    const sealed = await shell('sealkeep encrypt - < big.bin | head -c 8; echo " $PIPESTATUS"');
    expect(sealed).toMatchObject({ stdout: 'SEALKEEP 130\n', stderr: '' });
  });

  test('Ctrl-C ends it, while nothing comes', async () => {
    for (const args of [
      ['encrypt', '-'],
      ['encrypt', '-', '--json'],
    ]) {
      const running = ann.device.start(args);
      running.press('some');
      await running.says(/SEALKEEP/);
      running.signalGroup('SIGINT');
      const { exitCode, stderr } = await running.ended;
      expect(exitCode).toBe(130);
      expect(stderr).toContain(args.length > 2 ? 'JOB_CANCELLED' : 'not whole');
    }
  });

  test('and while nobody reads', async () => {
    const ends = await shell(
      `mkfifo stalled; exec 3<>stalled; '${process.execPath}' '${LAUNCHER}' encrypt - < big.bin > stalled & ` +
        'head -c 8 <&3; kill -TERM $!; wait $!; echo " $?"',
    );
    expect(ends).toMatchObject({ stdout: 'SEALKEEP 130\n', stderr: expect.stringContaining('Cancelled') });
  });

  test('a disk that is full is a sentence', async () => {
    const ends = await shell('sealkeep encrypt - < big.bin > /dev/full');
    const sentence = expect.stringMatching(/^standard output takes no more \(ENOSPC\).*\n$/);
    expect(ends).toMatchObject({ exitCode: 6, stderr: sentence });
    const listed = await shell('sealkeep status > /dev/full');
    expect(listed).toMatchObject({ exitCode: 6, stderr: sentence });
  });

  test('what does not go with - is a sentence, and nothing is sealed', async () => {
    for (const args of [
      'encrypt - big.bin',
      'encrypt - --out .',
      'decrypt big.enc --keyfile a',
      'encrypt big.bin --name a',
    ]) {
      const ends = await shell(`sealkeep ${args}`);
      expect(ends, args).toMatchObject({ exitCode: 2, stdout: '' });
      expect(ends.stderr.trim().split('\n'), args).toHaveLength(1);
    }
    const folderEnds = await shell('sealkeep encrypt - < .');
    expect(folderEnds).toMatchObject({ exitCode: 6, stdout: '' });
  });
});

describe.skipIf(!existsSync(PSEUDO_TERMINAL))('at a terminal', () => {
  const sealkeep = (args: readonly string[]) =>
    startAtTerminal(workspace, [process.execPath, LAUNCHER, ...args], { SEALKEEP_HOME: ann.device.home });

  test('a keyboard is not sealed, and the screen gets no ciphertext', async () => {
    for (const command of ['encrypt', 'decrypt']) {
      const running = sealkeep([command, '-']);
      await running.says(/Give it a file or a pipe/);
      expect((await running.ended).exitCode).toBe(2);
    }
    const names = await readdir(folder);
    expect(names.filter((name) => name.includes('sealkeep-tmp'))).toEqual([]);
  });
});
