import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimRecord, createClaims, keepsModes, removeClaimed } from './claims.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-claims-'));
});
afterEach(async () => {
  if ((await readdir(folder)).includes('name')) await chmod(at('name'), 0o700);
  await rm(folder, { recursive: true });
});

describe('of what a killed process had claimed', () => {
  const makeFolder = (mode: number) => async () => {
    await mkdir(at('name'));
    await chmod(at('name'), mode);
  };
  const putInside = async () => {
    await mkdir(at('name'));
    await writeFile(at('name/mine'), '');
    await chmod(at('name'), 0);
  };
  const write = (content: string) => () => writeFile(at('name'), content);
  const published = async () => {
    await write('')();
    await rm(at('temporary'));
  };

  type Row = [what: string, does: 'goes' | 'stays', hasModes: boolean, make: () => Promise<void>];
  const withModes: Row[] = [
    ['an empty folder', 'goes', true, makeFolder(0)],
    ['somebody else’s empty folder', 'stays', true, makeFolder(0o700)],
  ];
  test.each<Row>([
    ['an empty file', 'goes', false, write('')],
    ['a file with something in it', 'stays', false, write('mine')],
    ['an empty file that was published', 'stays', false, published],
    ['an empty folder where modes are not kept', 'goes', false, makeFolder(0o777)],
    ['a folder with something in it', 'stays', false, putInside],
    ...(platform === 'win32' ? [] : withModes),
  ])('%s %s', async (_, does, hasModes, make) => {
    await writeFile(at('temporary'), 'whole');
    await make();
    await removeClaimed({ claim: at('name'), for: at('temporary') }, async () => hasModes);
    expect((await readdir(folder)).includes('name')).toBe(does === 'stays');
  });

  test('nothing goes where nothing is', async () => {
    await writeFile(at('temporary'), 'whole');
    for (const claim of [at('name'), at('temporary/name'), at('nowhere/name')])
      await removeClaimed({ claim, for: at('temporary') }, async () => true);
    expect(await readdir(folder)).toEqual(['temporary']);
  });
});

test.skipIf(platform === 'win32')('this file system keeps modes, and the look leaves nothing', async () => {
  expect(await keepsModes(at('probe'))).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

/** Claims whose record is a file of the folder. */
const claims = () => createClaims((text) => writeFile(at('record'), text));
const onRecord = () => readFile(at('record'), 'utf8');

test('a name is on record before it is taken, and one at a time', async () => {
  const claim = claims();
  const seen: unknown[] = [];
  const taken = ['a', 'b', 'a'].map((name, index) =>
    claim(at(name), at(`temporary ${index}`), async () => {
      seen.push(claimRecord.parse(JSON.parse(await onRecord())));
      await writeFile(at(name), '');
      seen.push(claimRecord.parse(JSON.parse(await onRecord())));
      return true;
    }),
  );
  expect(await Promise.all(taken)).toEqual([true, true, false]);
  const [a, b] = ['a', 'b'].map((name, index) => ({ claim: at(name), for: at(`temporary ${index}`) }));
  expect(seen).toEqual([a, a, b, b]);
});

test('what another program took at the last moment is not on record as ours', async () => {
  expect(await claims()(at('a'), at('temporary'), async () => false)).toBe(false);
  expect(await onRecord()).toBe('');
});

test('one that fails holds up no other', async () => {
  const claim = claims();
  const failing = claim(at('a'), at('temporary'), () => rename(at('nothing'), at('a')).then(() => true));
  await expect(failing).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await claim(at('a'), at('temporary'), async () => true)).toBe(true);
});
