import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { getuid } from 'node:process';
import { beforeEach, describe, expect, test } from 'vitest';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import type { FolderProof } from '../../agent/jobs/proof.ts';
import { proveFolder } from '../../agent/jobs/prove-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { trashProven } from '../../agent/jobs/trash-proven.ts';
import { createFreedesktopTrash } from '../../agent/trash/freedesktop-trash.ts';
import { someBytes } from '../support/engine.ts';
import { folderSnapshot } from '../support/folder-snapshot.ts';
import { placePerTest } from '../support/place-per-test.ts';
import { sentencesOf } from '../support/sentences.ts';
import { collector } from '../support/test-world.ts';

const MIB = 1024 * 1024;

/** A folder of this test's own, with `photos` and, once that is sealed, `photos.sealed` in it. */
const here = placePerTest();
const { at } = here;
beforeEach(async () => {
  await mkdir(at('photos/beach/empty'), { recursive: true });
  await mkdir(at('photos/same'));
  await writeFile(at('photos/large.bin'), someBytes(3 * MIB + 5));
  await writeFile(at('photos/beach/.hidden'), 'hidden');
  await writeFile(at('photos/beach/a.txt'), 'content');
  for (const name of ['one', 'two']) await writeFile(at('photos/same', name), 'the same');
  await here.sealed('photos/before.txt', 'sealed before');
  await symlink('beach/a.txt', at('photos/link'));
  await chmod(at('photos/beach/a.txt'), 0o640);
});

const jobs = () => here.alice.agent.jobs;

async function seal(folder?: string): Promise<void> {
  const { report, failed } = collector();
  await sealFolder(jobs(), { source: at('photos'), folder }, report);
  sentencesOf(failed);
}

async function prove(sealed = at('photos.sealed'), signal?: AbortSignal) {
  const proofs: FolderProof[] = [];
  const { report, failed } = collector();
  const request = { original: at('photos'), sealed, signal };
  await proveFolder(jobs(), request, { ...report, proved: (proof) => void proofs.push(proof) });
  sentencesOf(failed);
  expect(proofs.length + failed.length).toBe(1);
  return { proof: proofs[0], code: failed[0]?.error.code, file: failed[0]?.error.details['file'] };
}

type Rename = (from: string, to: string) => Promise<void>;

async function moveToTrash(proof: FolderProof | undefined, move: Rename = rename, signal?: AbortSignal) {
  const trash = createFreedesktopTrash({
    ...{ dataHome: at('home'), uid: getuid?.() ?? -1, now: () => new Date(), rename: move },
  });
  const to: (string | undefined)[] = [];
  const { report, failed } = collector();
  const proofs = proof ? [proof] : [];
  await trashProven(trash, { proofs, signal }, { ...report, trashed: (_, place) => void to.push(place) });
  return { to, codes: failed.map(({ error }) => error.code) };
}

const unwraps = () => here.world.proxies.kms.seen.filter(({ path }) => path === '/unwrap/batch').length;

describe('a proof', () => {
  test('compares all of a folder, which then goes to the trash as one and opens to what it was', async () => {
    const before = await folderSnapshot(at('photos'));
    await seal();
    const { proof } = await prove();
    expect(proof).toMatchObject({
      ...{ original: at('photos'), sealed: at('photos.sealed') },
      // The one that was there before came in three: the file, its .enc and its .key.
      ...{ files: 8, segments: 4 + 5, bytes: 3 * MIB + 5 + 6 + 7 + 8 + 8 + 13 },
    });
    expect(await folderSnapshot(at('photos'))).toEqual(before);
    expect(await moveToTrash(proof)).toEqual({ to: [at('home/Trash/files/photos')], codes: [] });
    expect((await readdir(here.folder)).sort()).toEqual(['home', 'photos.sealed']);
    expect(await folderSnapshot(at('home/Trash/files/photos'))).toEqual(before);
    const info = await readFile(at('home/Trash/info/photos.trashinfo'), 'utf8');
    expect(info).toContain(`Path=${at('photos').replaceAll(' ', '%20')}\n`);
    const { report, failed } = collector();
    await openFolder(jobs(), { source: at('photos.sealed') }, report);
    expect(failed).toEqual([]);
    expect(await folderSnapshot(at('photos'))).toEqual(before);
  });

  test('of a folder without files looks at its manifest', async () => {
    await rm(at('photos'), { recursive: true });
    await mkdir(at('photos/empty'), { recursive: true });
    await seal();
    expect((await prove()).proof).toMatchObject({ files: 0, segments: 0, bytes: 0 });
  });

  test('has the KMS unwrap what lies there, manifest first, and is not begun after a cancel', async () => {
    await seal();
    let before = unwraps();
    await prove();
    expect(unwraps()).toBe(before + 2);
    before = unwraps();
    expect((await prove(undefined, AbortSignal.abort())).code).toBe('JOB_CANCELLED');
    expect(unwraps()).toBe(before);
  });

  test('stays where a file is written to while others are compared', async () => {
    await seal();
    here.world.proxies.kms.meddle = async (_, forward) => {
      await appendFile(at('photos/large.bin'), 'x');
      return forward();
    };
    expect((await prove()).code).toMatch(/^(FILE_CHANGED|PROOF_(FAILED|INCOMPLETE))$/);
    here.world.proxies.kms.meddle = undefined;
  });
});

/** Writes what keeps size and time: only its bytes tell. */
async function rewrite(file: string, content: string | Buffer): Promise<void> {
  const { mtime, mtimeMs } = await stat(file);
  await writeFile(file, content);
  await utimes(file, mtime, mtimeMs / 1000);
}

/** Changes one byte in the middle. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await rewrite(file, bytes);
}

describe('there is none, and the folder stays,', () => {
  test.each<[string, string, string, () => Promise<unknown>]>([
    ['a file was added', 'PROOF_INCOMPLETE', 'new', () => writeFile(at('photos/new'), '')],
    ['an empty folder was added', 'PROOF_INCOMPLETE', 'new', () => mkdir(at('photos/beach/new'))],
    ['a link was added', 'PROOF_INCOMPLETE', 'new', () => symlink('link', at('photos/new'))],
    [
      'a temporary file lies there',
      'PROOF_INCOMPLETE',
      `.${'r'.repeat(22)}.${'f'.repeat(22)}.sealkeep-tmp`,
      () => writeFile(at(`photos/.${'r'.repeat(22)}.${'f'.repeat(22)}.sealkeep-tmp`), ''),
    ],
    ['a file is gone', 'PROOF_INCOMPLETE', 'a.txt', () => rm(at('photos/beach/a.txt'))],
    ['a file was edited', 'PROOF_INCOMPLETE', 'a.txt', () => appendFile(at('photos/beach/a.txt'), '!')],
    ['bytes changed', 'PROOF_FAILED', 'a.txt', () => rewrite(at('photos/beach/a.txt'), 'Content')],
    ['a byte of a large one did', 'PROOF_FAILED', 'large.bin', () => damage(at('photos/large.bin'))],
    ['permissions changed', 'PROOF_INCOMPLETE', 'a.txt', () => chmod(at('photos/beach/a.txt'), 0o600)],
    ['a folder’s permissions did', 'PROOF_INCOMPLETE', 'beach', () => chmod(at('photos/beach'), 0o700)],
    ['its own permissions did', 'PROOF_INCOMPLETE', 'photos', () => chmod(at('photos'), 0o700)],
    [
      'a link leads elsewhere',
      'PROOF_INCOMPLETE',
      'link',
      async () => {
        const { mtime, mtimeMs } = await stat(at('photos'));
        await rm(at('photos/link'));
        await symlink('beach', at('photos/link'));
        await utimes(at('photos'), mtime, mtimeMs / 1000);
      },
    ],
    [
      'what was sealed before changed',
      'PROOF_FAILED',
      'before.txt.enc',
      () => damage(at('photos/before.txt.enc')),
    ],
    ['its copy changed', 'PROOF_FAILED', 'before.txt.enc', () => damage(at('photos.sealed/before.txt.enc'))],
    ['its copy is gone', 'FILE_NOT_FOUND', 'before.txt.key', () => rm(at('photos.sealed/before.txt.key'))],
    [
      'its copy is a link to it',
      'FILE_NOT_A_FILE',
      'before.txt.enc',
      async () => {
        await rm(at('photos.sealed/before.txt.enc'));
        await symlink('../photos/before.txt.enc', at('photos.sealed/before.txt.enc'));
      },
    ],
    ['a pair is damaged', 'FILE_DAMAGED', 'large.bin.enc', () => damage(at('photos.sealed/large.bin.enc'))],
    ['a .key is gone', 'FILE_NOT_FOUND', 'a.txt.key', () => rm(at('photos.sealed/beach/a.txt.key'))],
    [
      'the manifest’s .key is gone, though the registry has it',
      'FILE_NOT_FOUND',
      'sealkeep-folder.key',
      () => rm(at('photos.sealed/sealkeep-folder.key')),
    ],
    [
      'two pairs of one content changed places',
      'FILE_MISPLACED',
      'one.enc',
      async () => {
        for (const ending of ['enc', 'key']) {
          const [one, two] = ['one', 'two'].map((name) => at('photos.sealed/same', `${name}.${ending}`));
          await rename(one ?? '', at('aside'));
          await rename(two ?? '', one ?? '');
          await rename(at('aside'), two ?? '');
        }
      },
    ],
    [
      'a folder of pairs lies behind a link',
      'FILE_NOT_A_FOLDER',
      'beach',
      async () => {
        await rename(at('photos.sealed/beach'), at('pairs'));
        await symlink('../pairs', at('photos.sealed/beach'));
      },
    ],
  ])('where %s', async (_, code, name, spoil) => {
    await seal();
    await spoil();
    const before = await folderSnapshot(here.folder);
    const { proof, ...failure } = await prove();
    expect(failure.code).toBe(code);
    expect(path.basename(String(failure.file))).toBe(name);
    expect(proof).toBeUndefined();
    expect(await folderSnapshot(here.folder)).toEqual(before);
  });
  test.each<[string, () => Promise<unknown>]>([
    ['a link that leads out', () => symlink('/etc', at('photos/out'))],
    ['a named pipe', async () => execFileSync('mkfifo', [at('photos/out')])],
  ])('where %s was left out', async (_, make) => {
    await make();
    await seal();
    expect(await prove()).toEqual({ proof: undefined, code: 'PROOF_INCOMPLETE', file: at('photos/out') });
  });

  test('where what was made of it, or the data folder, would go along', async () => {
    await mkdir(at('elsewhere'));
    await symlink('../photos/beach', at('elsewhere/in'));
    await seal(at('elsewhere/in'));
    const inside = await prove(at('elsewhere/in/photos.sealed'));
    expect(inside).toEqual({
      ...{ proof: undefined, code: 'TRASH_HOLDS', file: at('elsewhere/in/photos.sealed') },
    });
    const { report, failed } = collector();
    const request = { original: path.dirname(here.alice.home), sealed: at('photos') };
    await proveFolder(jobs(), request, { ...report, proved: () => expect.unreachable() });
    expect(failed[0]?.error).toMatchObject({ code: 'TRASH_HOLDS', details: { file: here.alice.home } });
  });

  test('where the folder is a link', async () => {
    await seal();
    await rename(at('photos'), at('real'));
    await symlink('real', at('photos'));
    expect((await prove()).code).toBe('FILE_NOT_A_FOLDER');
  });
});

describe('only what is proved goes to the trash:', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['nothing new in the folder', () => writeFile(at('photos/beach/new'), '')],
    ['nothing that was written to', () => utimes(at('photos/beach/a.txt'), new Date(), new Date())],
    ['nothing of which a pair was touched', () => utimes(at('photos.sealed/link'), new Date(), new Date())],
    ['nothing whose pairs are gone', () => rm(at('photos.sealed/beach'), { recursive: true })],
  ])('%s', async (_, spoil) => {
    await writeFile(at('photos/link.txt'), '');
    await seal();
    await writeFile(at('photos.sealed/link'), 'somebody’s note');
    const { proof } = await prove();
    await spoil();
    const before = await folderSnapshot(at('photos'));
    expect(await moveToTrash(proof)).toEqual({ to: [], codes: ['PROOF_OUTDATED'] });
    expect(await folderSnapshot(at('photos'))).toEqual(before);
  });

  test('nothing, where it is cancelled while the sealed folder is looked at', async () => {
    await seal();
    const { proof } = await prove();
    const cancel = new AbortController();
    const moved = moveToTrash(proof, rename, cancel.signal);
    cancel.abort();
    expect(await moved).toEqual({ to: [], codes: ['JOB_CANCELLED'] });
    expect(await readFile(at('photos/beach/a.txt'), 'utf8')).toBe('content');
  });

  test.each([
    ['comes back', false],
    ['stays whole in the trash where its name is taken again', true],
  ])('a folder that something is put into at the last moment %s', async (_, isTakenAgain) => {
    await seal();
    const { proof } = await prove();
    const moved = await moveToTrash(proof, async (from, to) => {
      await writeFile(path.join(from, 'at the last moment'), 'mine');
      await rename(from, to);
      if (isTakenAgain) await writeFile(from, 'another');
    });
    expect(moved).toEqual({ to: [], codes: ['PROOF_OUTDATED'] });
    const where = isTakenAgain ? at('home/Trash/files/photos') : at('photos');
    expect(await readFile(path.join(where, 'at the last moment'), 'utf8')).toBe('mine');
    expect(await readFile(path.join(where, 'beach/a.txt'), 'utf8')).toBe('content');
    const announced = isTakenAgain ? ['photos.trashinfo'] : [];
    expect(await readdir(at('home/Trash/info'))).toEqual(announced);
  });
});
