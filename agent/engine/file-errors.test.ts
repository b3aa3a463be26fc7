import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { inputError } from './file-errors.ts';

test.each([
  [
    'a name that is no text',
    '/nowhere/caf\ufffd.txt',
    { code: 'FILE_NAME_REFUSED', details: { name: 'caf\ufffd.txt' } },
  ],
  [
    'what lies in such a folder',
    '/nowhere/\ufffd/a.txt',
    { code: 'FILE_NAME_REFUSED', details: { name: '\ufffd' } },
  ],
  ['any other name', '/nowhere/a.txt', { code: 'FILE_NOT_FOUND', details: { file: '/nowhere/a.txt' } }],
])('what is not there by %s', async (_, file, refusal) => {
  const error: unknown = await stat(file).catch((cause: unknown) => inputError(cause, file));
  expect(error).toMatchObject(refusal);
});
