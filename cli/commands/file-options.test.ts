import path from 'node:path';
import { expect, test } from 'vitest';
import { assertFree, assertPipe, isPiped, outputFolder, parseJobs } from './file-options.ts';

test.each([
  [undefined, 16, undefined],
  ['1', 16, 1],
  ['12', 16, 12],
  ['64', 16, 16],
  ['64', 64, 64],
  ['2', 1, 2],
  ['64', 1, 2],
])('--jobs %s with %i cores', (option, cores, jobs) => {
  expect(parseJobs(option, cores)).toBe(jobs);
});

test.each(['0', '65', '-1', '1.5', 'two', '', '1e1', '999'])(
  '--jobs %s is refused with a sentence',
  (option) => {
    expect(() => parseJobs(option)).toThrow(
      expect.objectContaining({ code: 'USAGE', details: { reason: expect.stringContaining('1 to 64') } }),
    );
  },
);

test.each([
  [['a', 'b'], { out: 'c' }, false],
  [['./-'], {}, false],
  [['-'], {}, true],
  [['-'], { name: 'a', keyfile: 'b' }, true],
] as const)('%j with %j: in a pipe %s', (files, options, isPipe) => {
  expect(isPiped(files, options)).toBe(isPipe);
});

test.each([
  [['-', 'a'], {}, 'stands alone'],
  [['-', '-'], {}, 'stands alone'],
  [['-'], { out: 'a' }, '--out is for files'],
  [['-'], { trash: true }, 'no file'],
  [['a'], { name: 'b' }, '--name is for -'],
  [['a'], { keyfile: 'b' }, '--keyfile is for -'],
] as const)('%j with %j do not go together', (files, options, reason) => {
  expect(() => isPiped(files, options)).toThrow(
    expect.objectContaining({ code: 'USAGE', details: { reason: expect.stringContaining(reason) } }),
  );
});

test('a keyboard is no pipe', () => {
  expect(() => assertPipe({ isInputTerminal: true }, 'sealkeep encrypt - < FILE')).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      details: { reason: expect.stringContaining('sealkeep encrypt - < FILE') },
    }),
  );
  expect(() => assertPipe({ isInputTerminal: false }, '')).not.toThrow();
});

test('--out is a folder that is there, or it is said why not', async () => {
  const { dirname, filename } = import.meta;
  expect(await outputFolder(dirname)).toBe(dirname);
  const missing = path.join(dirname, 'nowhere');
  await expect(outputFolder(missing)).rejects.toMatchObject({
    code: 'OUTPUT_FOLDER_MISSING',
    details: { folder: missing },
  });
  await expect(outputFolder(filename)).rejects.toMatchObject({
    code: 'FILE_NOT_A_FOLDER',
    details: { file: filename },
  });
});

test('a name that is taken is free for nobody', async () => {
  await expect(assertFree(import.meta.filename)).rejects.toMatchObject({ code: 'OUTPUT_TAKEN' });
  await assertFree(`${import.meta.filename}.gone`);
});
