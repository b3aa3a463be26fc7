import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import {
  appendFile,
  chmod,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { platform } from 'node:process';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createEngineBench,
  type EngineBench,
  PRELUDE,
  someBytes,
  WORKER_URL,
} from '../../test/support/engine.ts';
import { asPlainUser } from '../../test/support/other-user.ts';
import { mountSmallDisk } from '../../test/support/small-disk.ts';
import { sealToTemporary } from './seal-file.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

const pool = createWorkerPool({ workerUrl: WORKER_URL });
afterAll(() => pool.close());

let bench: EngineBench;
beforeEach(async () => {
  bench = await createEngineBench(pool);
});
afterEach(() => bench.close());

const MIB = 1024 * 1024;

function seal(
  source: string,
  options: { pool?: Pick<WorkerPool, 'run'>; folder?: string; signal?: AbortSignal; restMs?: number } = {},
) {
  const { pool, dek, folder, restMs } = { ...bench, restMs: 0, ...options };
  return sealToTemporary(
    { ...bench.engine, pool, restMs },
    { source, folder, prelude: PRELUDE, dek, signal: options.signal },
  );
}

/** The real pool, with something happening to the source before or after the segments are read. */
function poolWith(when: 'before' | 'after', happening: () => Promise<void>): Pick<WorkerPool, 'run'> {
  return {
    async run(task, options) {
      if (when === 'before') await happening();
      const failure = await bench.pool.run(task, options);
      if (when === 'after') await happening();
      return failure;
    },
  };
}

describe('sealing gives back what was sealed', () => {
  test.each([0, 1, 40 * MIB])('%i bytes', async (size) => {
    const plaintext = someBytes(size);
    const enc = await bench.seal(plaintext);
    expect((await bench.open(enc)).equals(plaintext)).toBe(true);
  });

  test('and says the sizes', async () => {
    const sealed = await seal(await bench.write('a.txt', 'hello'));
    expect(sealed.plaintextBytes).toBe(5);
    expect((await stat(sealed.temporary)).size).toBe(sealed.encBytes);
    expect(sealed.encBytes).toBe(PRELUDE.bytes.length + 40 + 5 + 16);
  });

  test('only its owner may read the result', async () => {
    const { temporary } = await seal(await bench.write('a.txt', 'hello'));
    expect((await stat(temporary)).mode & 0o777).toBe(platform === 'win32' ? 0o666 : 0o600);
  });

  test('the same bytes never become the same file', async () => {
    expect(await bench.seal(someBytes(100))).not.toEqual(await bench.seal(someBytes(100)));
  });

  test('a sparse file', async () => {
    const source = await bench.write('sparse', '');
    await truncate(source, 3 * MIB + 17);
    const { temporary } = await seal(source);
    const opened = await bench.open(await readFile(temporary));
    expect(opened.equals(Buffer.alloc(3 * MIB + 17))).toBe(true);
  });

  test('a symbolic link stands for its file', async () => {
    await bench.write('a.txt', 'hello');
    await symlink('a.txt', bench.path('link'));
    expect(await seal(bench.path('link'))).toMatchObject({ plaintextBytes: 5 });
  });

  test('progress ends with all of it', async () => {
    const seen: number[] = [];
    const source = await bench.write('a.bin', someBytes(5 * MIB));
    await sealToTemporary(bench.engine, {
      source,
      folder: bench.folder,
      prelude: PRELUDE,
      dek: bench.dek,
      onProgress: (bytes) => seen.push(bytes),
    });
    expect(seen.at(-1)).toBe(5 * MIB);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });
});

describe('what cannot be sealed is refused and leaves nothing', () => {
  async function expectRefusal(source: string, code: string, options: Parameters<typeof seal>[1] = {}) {
    const before = await bench.names();
    await expect(seal(source, options)).rejects.toMatchObject({ code, details: { file: source } });
    expect(await bench.names()).toEqual(before);
  }

  test('a file that is not there', () => expectRefusal(bench.path('nowhere'), 'FILE_NOT_FOUND'));

  test('a folder', async () => {
    await mkdir(bench.path('folder'));
    await expectRefusal(bench.path('folder'), 'FILE_NOT_A_FILE');
  });

  test.runIf(platform !== 'win32')('a named pipe, without waiting for a writer', async () => {
    execFileSync('mkfifo', [bench.path('pipe')]);
    await expectRefusal(bench.path('pipe'), 'FILE_NOT_A_FILE');
  });

  test.runIf(platform === 'linux')('a device', () => expectRefusal('/dev/zero', 'FILE_NOT_A_FILE'));

  test.runIf(platform === 'linux')('a file with more in it than its size says', () =>
    expectRefusal('/proc/self/status', 'FILE_CHANGED'),
  );

  test.runIf(platform !== 'win32')('a file that may not be read', async () => {
    const source = await bench.write('secret.txt', 'hello');
    await chmod(source, 0o000);
    await chmod(bench.folder, 0o777);
    await asPlainUser(() => expectRefusal(source, 'FILE_NOT_READABLE'));
  });

  test('a file that grows', async () => {
    const source = await bench.write('log', someBytes(2 * MIB));
    await expectRefusal(source, 'FILE_CHANGED', {
      pool: poolWith('after', () => appendFile(source, 'more')),
    });
  });

  test('a file that shrinks before it was read', async () => {
    const source = await bench.write('log', someBytes(3 * MIB));
    const before = await bench.names();
    const pool = poolWith('before', () => truncate(source, MIB));
    await expect(seal(source, { pool })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(await bench.names()).toEqual(before);
  });

  test('a file that shrinks after', async () => {
    const source = await bench.write('log', someBytes(3 * MIB));
    await expectRefusal(source, 'FILE_CHANGED', { pool: poolWith('after', () => truncate(source, MIB)) });
  });

  test('a file that is rewritten at the same length', async () => {
    const source = await bench.write('log', 'before');
    await utimes(source, 1, 1);
    await expectRefusal(source, 'FILE_CHANGED', {
      pool: poolWith('after', () => writeFile(source, 'after!')),
    });
  });

  test('a file that is rewritten and given its former time', async () => {
    const source = await bench.write('log', 'before');
    await utimes(source, 1, 1);
    const rewrite = async () => {
      await writeFile(source, 'after!');
      await utimes(source, 1, 1);
    };
    await expectRefusal(source, 'FILE_CHANGED', { pool: poolWith('after', rewrite) });
  });

  test('a file that somebody writes to while its rest is waited for', async () => {
    const source = await bench.write('log', 'before');
    const during = setInterval(() => appendFileSync(source, 'more'), 10);
    await expectRefusal(source, 'FILE_CHANGED', { restMs: 100 }).finally(() => clearInterval(during));
  });
});

test('a file that is rewritten once is sealed again', async () => {
  const source = await bench.write('log', 'before');
  let rewritten = false;
  const once = async () => {
    if (!rewritten) await writeFile(source, 'afterwards');
    rewritten = true;
  };
  const { temporary } = await seal(source, { pool: poolWith('after', once) });
  expect((await bench.open(await readFile(temporary))).toString()).toBe('afterwards');
  await rm(temporary);
  expect(await bench.names()).toEqual(['log']);
});

describe('the file that has the name when the sealing ends is the one that is sealed', () => {
  test('none when it vanishes meanwhile', async () => {
    const source = await bench.write('a.bin', someBytes(MIB));
    const pool = poolWith('before', () => unlink(source));
    await expect(seal(source, { pool })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await bench.names()).toEqual([]);
  });

  test('the other one when that takes its name', async () => {
    const source = await bench.write('a.bin', someBytes(1000));
    const other = await bench.write('b.bin', someBytes(2000));
    let isReplaced = false;
    const pool = poolWith('before', async () => {
      if (isReplaced) return;
      isReplaced = true;
      await rename(other, source);
    });
    expect(await seal(source, { pool })).toMatchObject({ plaintextBytes: 2000 });
  });
});

describe('where nothing can be written', () => {
  test('a folder that is not there', async () => {
    const source = await bench.write('a.txt', 'hello');
    const folder = bench.path('nowhere');
    await expect(seal(source, { folder })).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      details: { folder },
    });
  });

  test.runIf(platform !== 'win32')('a folder of somebody else', async () => {
    const source = await bench.write('a.txt', 'hello');
    await chmod(source, 0o644);
    // The data folder is not the other person's: the folder has to be on record there already.
    await bench.engine.temporaries.nameIn(bench.folder);
    await chmod(bench.folder, 0o555);
    await asPlainUser(() =>
      expect(seal(source)).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
        details: { folder: bench.folder },
      }),
    );
    await chmod(bench.folder, 0o700);
  });

  test.each([MIB, 4 * MIB])('a disk of 1 MiB, for %i bytes', async (size) => {
    const disk = mountSmallDisk();
    if (!disk) return;
    try {
      const source = await bench.write('a.bin', someBytes(size));
      await expect(seal(source, { folder: disk.folder })).rejects.toMatchObject({
        code: 'OUTPUT_NO_SPACE',
        details: { folder: disk.folder },
      });
      expect(execFileSync('ls', ['-A', disk.folder], { encoding: 'utf8' })).toBe('');
    } finally {
      disk.remove();
    }
  });
});

describe('a cancelled sealing leaves nothing', () => {
  test('while its rest is waited for', async () => {
    const source = await bench.write('a.txt', 'hello');
    const controller = new AbortController();
    const sealing = seal(source, { restMs: 3_600_000, signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(sealing).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(await bench.names()).toEqual(['a.txt']);
  });

  test.each(['before it starts', 'while it runs', 'when all is written'])('%s', async (when) => {
    const source = await bench.write('a.bin', someBytes(20 * MIB));
    const controller = new AbortController();
    const cancel = async () => controller.abort();
    if (when === 'before it starts') await cancel();
    const during: Pick<WorkerPool, 'run'> = {
      run(task, options) {
        const running = bench.pool.run(task, options);
        controller.abort();
        return running;
      },
    };
    const pool = when === 'while it runs' ? during : poolWith('after', cancel);
    await expect(seal(source, { pool, signal: controller.signal })).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(await bench.names()).toEqual(['a.bin']);
  });
});
