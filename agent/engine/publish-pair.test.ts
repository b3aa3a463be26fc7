import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { platform } from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngineBench, type EngineBench } from '../../test/support/engine.ts';
import { asPlainUser } from '../../test/support/other-user.ts';
import { publishOutput, publishPair } from './publish-pair.ts';

let bench: EngineBench;
beforeEach(async () => {
  bench = await createEngineBench();
});
afterEach(() => bench.close());

let count = 0;
async function publish(name: string, content = 'sealed') {
  count += 1;
  const temporary = await bench.write(`.${count}.sealkeep-tmp`, content);
  return publishPair({ folder: bench.folder, name, temporary, keyText: `key of ${content}` });
}

async function publishOpened(name: string) {
  count += 1;
  const temporary = await bench.write(`.${count}.sealkeep-tmp`, 'opened');
  return publishOutput({ folder: bench.folder, name, temporary });
}

describe('a pair', () => {
  test('gets its names', async () => {
    const pair = await publish('report.txt');
    expect(pair).toEqual({ enc: bench.path('report.txt.enc'), key: bench.path('report.txt.key') });
    expect(await readFile(pair.enc, 'utf8')).toBe('sealed');
    expect(await readFile(pair.key, 'utf8')).toBe('key of sealed');
    expect(await bench.names()).toEqual(['report.txt.enc', 'report.txt.key']);
  });

  test.each(['report.txt.enc', 'report.txt.key'])('gets a number where %s is taken', async (taken) => {
    await bench.write(taken, 'mine');
    const pair = await publish('report.txt');
    expect(pair).toEqual({ enc: bench.path('report (2).txt.enc'), key: bench.path('report (2).txt.key') });
    expect(await readFile(bench.path(taken), 'utf8')).toBe('mine');
    expect(await bench.names()).toEqual(['report (2).txt.enc', 'report (2).txt.key', taken]);
  });

  test('gets the first number of which both are free', async () => {
    await bench.write('a.enc', '');
    await bench.write('a (2).key', '');
    await mkdir(bench.path('a (3).enc'));
    await symlink('nowhere', bench.path('a (4).key'));
    expect(await publish('a')).toEqual({ enc: bench.path('a (5).enc'), key: bench.path('a (5).key') });
  });

  test('overwrites nothing when many come at the same moment', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => `content ${index}`);
    const pairs = await Promise.all(contents.map((content) => publish('same.txt', content)));
    expect(new Set(pairs.map((pair) => pair.enc)).size).toBe(12);
    for (const [index, { enc, key }] of pairs.entries()) {
      expect(await readFile(enc, 'utf8')).toBe(contents[index]);
      expect(await readFile(key, 'utf8')).toBe(`key of ${contents[index]}`);
    }
    expect(await bench.names()).toHaveLength(24);
  });
});

describe('an opened file', () => {
  test('gets its name, or one with a number', async () => {
    expect(await publishOpened('report.txt')).toBe(bench.path('report.txt'));
    expect(await publishOpened('report.txt')).toBe(bench.path('report (2).txt'));
    expect(await publishOpened('.profile')).toBe(bench.path('.profile'));
    expect(await publishOpened('.profile')).toBe(bench.path('.profile (2)'));
    expect(await bench.names()).toHaveLength(4);
  });

  test('has many names when many come at the same moment', async () => {
    const outputs = await Promise.all(Array.from({ length: 12 }, () => publishOpened('same.txt')));
    expect(new Set(outputs).size).toBe(12);
  });
});

describe('names that would not stay in the folder or not fit are refused, and nothing is left', () => {
  const long = 'x'.repeat(252);
  test.each(['', '.', '..', '../up', '/etc/passwd', 'a/b', 'a\\b', 'a\0b', 'a\nb', long, 'é'.repeat(126)])(
    '%j',
    async (name) => {
      await expect(publish(name)).rejects.toMatchObject({ code: 'FILE_NAME_REFUSED', details: { name } });
      expect(await bench.names()).toEqual([]);
    },
  );

  test('an opened file may have the longest name, but no number then', async () => {
    const name = 'x'.repeat(255);
    expect(await publishOpened(name)).toBe(bench.path(name));
    await expect(publishOpened(name)).rejects.toMatchObject({ code: 'FILE_NAME_REFUSED' });
    await expect(publishOpened(`${name}x`)).rejects.toMatchObject({ code: 'FILE_NAME_REFUSED' });
    expect(await bench.names()).toEqual([name]);
  });
});

describe('where nothing can be written', () => {
  test.runIf(platform !== 'win32')('a folder of somebody else', async () => {
    const temporary = await bench.write('.0.sealkeep-tmp', 'sealed');
    await chmod(bench.folder, 0o555);
    await asPlainUser(async () => {
      const request = { folder: bench.folder, name: 'a', temporary };
      await expect(publishPair({ ...request, keyText: 'key' })).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
      });
      await expect(publishOutput(request)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    });
    await chmod(bench.folder, 0o700);
  });

  test('a folder that is gone', async () => {
    const folder = bench.path('nowhere');
    const temporary = await bench.write('.0.sealkeep-tmp', 'sealed');
    await expect(publishPair({ folder, name: 'a', temporary, keyText: 'key' })).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      details: { folder },
    });
    expect(await bench.names()).toEqual([]);
  });
});
