import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngineBench, type EngineBench } from '../../test/support/engine.ts';
import { asPlainUser } from '../../test/support/other-user.ts';
import { nameOfPair } from './pair-name.ts';
import { type Publication, publish, publishAll } from './publish.ts';

let bench: EngineBench;
beforeEach(async () => {
  bench = await createEngineBench();
});
afterEach(() => bench.close());

let count = 0;
function written(content: string): Promise<string> {
  count += 1;
  return bench.write(`.${count}.sealkeep-tmp`, content);
}

async function pairOf(name: string, content = 'sealed'): Promise<Publication> {
  const files = [
    { temporary: await written(content), ending: '.enc' },
    { temporary: await written(`key of ${content}`), ending: '.key' },
  ];
  return { folder: bench.folder, name, files };
}

async function publishPair(name: string, content?: string) {
  const [enc = '', key = ''] = await publish(bench.engine, await pairOf(name, content));
  return { enc, key };
}

async function publishOpened(name: string) {
  const files = [{ temporary: await written('opened'), ending: '' }];
  const [output] = await publish(bench.engine, { folder: bench.folder, name, files });
  return output;
}

describe('a pair', () => {
  test('gets its names', async () => {
    const pair = await publishPair('report.txt');
    expect(pair).toEqual({ enc: bench.path('report.txt.enc'), key: bench.path('report.txt.key') });
    expect(await readFile(pair.enc, 'utf8')).toBe('sealed');
    expect(await readFile(pair.key, 'utf8')).toBe('key of sealed');
    expect(await bench.names()).toEqual(['report.txt.enc', 'report.txt.key']);
  });

  test.each(['report.txt.enc', 'report.txt.key'])('gets a number where %s is taken', async (taken) => {
    await bench.write(taken, 'mine');
    const pair = await publishPair('report.txt');
    expect(pair).toEqual({ enc: bench.path('report (2).txt.enc'), key: bench.path('report (2).txt.key') });
    expect(await readFile(bench.path(taken), 'utf8')).toBe('mine');
    expect(await bench.names()).toEqual(['report (2).txt.enc', 'report (2).txt.key', taken]);
  });

  test('gets the first number of which both are free', async () => {
    await bench.write('a.enc', '');
    await bench.write('a (2).key', '');
    await mkdir(bench.path('a (3).enc'));
    await symlink('nowhere', bench.path('a (4).key'));
    expect(await publishPair('a')).toEqual({ enc: bench.path('a (5).enc'), key: bench.path('a (5).key') });
  });

  test('overwrites nothing when many come at the same moment', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => `content ${index}`);
    const pairs = await Promise.all(contents.map((content) => publishPair('same.txt', content)));
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
  const long = 'x'.repeat(256);
  test.each(['', '.', '..', '../up', '/etc/passwd', 'a/b', 'a\\b', 'a\0b', 'a\nb', long, 'é'.repeat(128)])(
    '%j',
    async (name) => {
      await expect(publishPair(name)).rejects.toMatchObject({ code: 'FILE_NAME_REFUSED', details: { name } });
      expect(await bench.names()).toEqual([]);
    },
  );

  test.each(['a:b', 'nul', 'a.', 'a '])('%j on Windows only', async (name) => {
    const one = async (system: NodeJS.Platform) => {
      const files = [{ temporary: await written('opened'), ending: '' }];
      const [outcome] = await publishAll(bench.engine, [{ folder: bench.folder, name, files }], system);
      return outcome;
    };
    expect(await one('win32')).toMatchObject({ reason: { code: 'FILE_NAME_REFUSED', details: { name } } });
    expect(await bench.names()).toEqual([]);
    if (platform !== 'win32') expect((await one('linux'))?.status).toBe('fulfilled');
  });

  test('an opened file may have the longest name, which is cut for a number', async () => {
    const name = `${'x'.repeat(251)}.txt`;
    expect(await publishOpened(name)).toBe(bench.path(name));
    expect(await publishOpened(name)).toBe(bench.path(`${'x'.repeat(247)} (2).txt`));
    await expect(publishOpened(`${name}x`)).rejects.toMatchObject({ code: 'FILE_NAME_REFUSED' });
    expect(await bench.names()).toHaveLength(2);
  });
});

test('a pair whose name is full is shortened, and numbered where that is taken', async () => {
  const name = 'x'.repeat(255);
  const [first, second] = [await publishPair(name), await publishPair(name)];
  for (const { enc, key } of [first, second]) {
    expect(Buffer.byteLength(path.basename(enc))).toBeLessThanOrEqual(255);
    expect(nameOfPair(path.basename(enc, '.enc'), name)).toBe(name);
    expect(key).toBe(enc.replace(/enc$/, 'key'));
  }
  expect(await bench.names()).toHaveLength(4);
});

describe('many together', () => {
  test('get their names, and what fails leaves nothing while the others are there', async () => {
    await bench.write('b.key', 'mine');
    const publications = [await pairOf('a', 'one'), await pairOf('b', 'two'), await pairOf('../c', 'three')];
    const [first, second, third] = await publishAll(bench.engine, publications);
    expect(first).toEqual({ status: 'fulfilled', value: [bench.path('a.enc'), bench.path('a.key')] });
    expect(second).toEqual({
      status: 'fulfilled',
      value: [bench.path('b (2).enc'), bench.path('b (2).key')],
    });
    expect(third).toMatchObject({ status: 'rejected', reason: { code: 'FILE_NAME_REFUSED' } });
    expect(await bench.names()).toEqual(['a.enc', 'a.key', 'b (2).enc', 'b (2).key', 'b.key']);
    expect(await readFile(bench.path('b (2).key'), 'utf8')).toBe('key of two');
    expect(await readFile(bench.path('b.key'), 'utf8')).toBe('mine');
  });

  test('of one name get numbers, in a time that does not grow with how many there are', async () => {
    const temporaries = await Promise.all(Array.from({ length: 2000 }, () => written('')));
    const publications = temporaries.map((temporary) => ({
      folder: bench.folder,
      name: 'same.txt',
      files: [{ temporary, ending: '' }],
    }));
    // As jobs do it: 250 together.
    for (let start = 0; start < publications.length; start += 250)
      await publishAll(bench.engine, publications.slice(start, start + 250));
    const names = await bench.names();
    expect([names.length, names.includes('same.txt'), names.includes('same (2000).txt')]).toEqual([
      2000,
      true,
      true,
    ]);
  });

  test('of one name overwrite nothing', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => `content ${index}`);
    const pairs = await Promise.all(contents.map((content) => pairOf('same.txt', content)));
    const published = await publishAll(bench.engine, pairs);
    const read = published.map((one) =>
      one.status === 'fulfilled' ? readFile(one.value[0] ?? '', 'utf8') : '',
    );
    expect(await Promise.all(read)).toEqual(contents);
    expect(await bench.names()).toHaveLength(24);
  });
});

describe('where nothing can be written', () => {
  test.runIf(platform !== 'win32')('a folder of somebody else', async () => {
    const [pair, opened] = [await pairOf('a'), await pairOf('b')];
    await chmod(bench.folder, 0o555);
    await asPlainUser(async () => {
      const published = await publishAll(bench.engine, [pair, { ...opened, files: opened.files.slice(1) }]);
      const refused = { status: 'rejected', reason: { code: 'OUTPUT_NOT_WRITABLE' } };
      expect(published).toMatchObject([refused, refused]);
    });
    await chmod(bench.folder, 0o700);
  });

  test('a folder that is gone', async () => {
    const folder = bench.path('nowhere');
    const pair = { ...(await pairOf('a')), folder };
    await expect(publish(bench.engine, pair)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      details: { folder },
    });
    expect(await bench.names()).toEqual([]);
  });
});
