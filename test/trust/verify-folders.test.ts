import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { sealedFilesIn } from '../../agent/folders/sealed-files.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { verifyFiles } from '../../agent/jobs/verify-files.ts';
import { verifyListed } from '../../agent/jobs/verify-listed.ts';
import { placePerTest } from '../support/place-per-test.ts';
import { sentencesOf } from '../support/sentences.ts';
import { collector } from '../support/test-world.ts';

const here = placePerTest();
const { at } = here;
const sealed = (...steps: string[]) => at('photos.sealed', ...steps);
beforeEach(async () => {
  await mkdir(at('photos/sub'), { recursive: true });
  for (const name of ['one', 'two', 'sub/three']) await writeFile(at('photos', name), name);
  await here.sealed('photos/sub/before', 'sealed before');
  await symlink('sub/three', at('photos/link'));
  await sealFolder(here.alice.agent.jobs, { source: at('photos') }, collector().report);
});

/** What a verification of a folder tells, as the command puts it together. */
async function verify(folder: string) {
  const { report, failed } = collector();
  const { jobs } = here.alice.agent;
  const { files, folders } = await sealedFilesIn(folder, { leaveOut: report.failed });
  const seen = new Map<string, string | undefined>(Array.from(files.keys(), (file) => [file, undefined]));
  const damaged: string[] = [];
  await verifyFiles(
    jobs,
    { sources: [...files.keys()] },
    {
      ...report,
      verified({ file, damage, resourceName }) {
        if (damage.length > 0) damaged.push(path.relative(here.folder, file));
        else seen.set(file, resourceName);
      },
    },
  );
  for (const one of folders) await verifyListed(jobs, { folder: one, seen }, report);
  sentencesOf(failed);
  return { damaged, failed: codesOf(failed) };
}

async function open(source: string) {
  const { report, failed } = collector();
  const opened = await openFolder(here.alice.agent.jobs, { source }, report);
  sentencesOf(failed);
  return { opened, failed: codesOf(failed) };
}

function codesOf(failed: ReturnType<typeof collector>['failed']) {
  return failed.map(({ file, error }) => [path.relative(here.folder, file), error.code]).sort();
}

describe('verifying a sealed folder', () => {
  test('finds nothing where nothing is wrong', async () => {
    expect(await verify(sealed())).toEqual({ damaged: [], failed: [] });
    // Nor where sealed folders lie in another one.
    expect(await verify(here.folder)).toEqual({ damaged: [], failed: [] });
  });

  test('tells what is missing or another file, as an opening does', async () => {
    await rm(sealed('one.enc'));
    await rm(sealed('sub/before.enc'));
    for (const ending of ['enc', 'key']) {
      await rename(sealed(`two.${ending}`), at('aside'));
      await rename(sealed(`sub/three.${ending}`), sealed(`two.${ending}`));
      await rename(at('aside'), sealed(`sub/three.${ending}`));
    }
    const { failed, damaged } = await verify(sealed());
    expect(damaged).toEqual([]);
    expect(failed).toEqual([
      ['photos.sealed/one.enc', 'FILE_NOT_FOUND'],
      ['photos.sealed/sub/before.enc', 'FILE_NOT_FOUND'],
      ['photos.sealed/sub/three.enc', 'FILE_MISPLACED'],
      ['photos.sealed/two.enc', 'FILE_MISPLACED'],
    ]);
    expect((await open(sealed())).failed).toEqual(failed);
  });

  test.each([
    ['with its .key left', 'photos.sealed', ['.enc']],
    ['with its .key left, by another name', 'album', ['.enc']],
    ['gone altogether', 'photos.sealed', ['.enc', '.key']],
  ])('says that its manifest is missing: %s; opening says it too', async (_, name, endings) => {
    for (const ending of endings) await rm(sealed(`sealkeep-folder${ending}`));
    if (name !== 'photos.sealed') await rename(sealed(), at(name));
    const failed = [[name, 'FILE_MANIFEST_MISSING']];
    expect(await verify(at(name))).toEqual({ damaged: [], failed });
    const opening = await open(at(name));
    expect(opening.failed).toEqual(failed);
    expect(opening.opened).toMatchObject({ files: 5, isWhole: false });
  });

  test('tells of a damaged manifest once; an opening says how the files come out all the same', async () => {
    const manifest = sealed('sealkeep-folder.enc');
    const bytes = await readFile(manifest);
    await writeFile(manifest, bytes.fill(0, bytes.length - 20));
    expect(await verify(sealed())).toEqual({ damaged: ['photos.sealed/sealkeep-folder.enc'], failed: [] });
    expect((await open(sealed())).failed).toEqual([['photos.sealed', 'FILE_MANIFEST_DAMAGED']]);
    await rm(manifest);
    await rm(sealed('sealkeep-folder.key'));
    expect((await open(sealed())).opened?.files).toBe(5);
  });
});
