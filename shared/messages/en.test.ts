import { describe, expect, test } from 'vitest';
import { ERROR_STATUS, type ErrorCode, isErrorCode, isServerErrorCode } from '../errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../errors/error.ts';
import { errorSentence } from './en.ts';

const CODES = Object.keys(ERROR_STATUS).filter(isErrorCode);
/** Whatever a sentence may ask for. */
const DETAILS = Object.fromEntries(
  'address bytes count file folder kacls_url limit name reason request retry_after service url user'
    .split(' ')
    .map((name) => [name, `<${name}>`]),
);

describe('every error has a sentence', () => {
  test.each(CODES)('%s', (code) => {
    for (const details of [{}, DETAILS]) {
      const sentence = errorSentence(code, details);
      expect(sentence).not.toMatch(/[{}|[\]]|undefined/);
      expect(sentence.trim()).not.toBe('');
    }
    // What a server leaves out must not leave a hole.
    if (isServerErrorCode(code)) expect(errorSentence(code, {})).not.toContain('…');
    const filled = errorSentence(code, DETAILS);
    expect(filled).not.toContain('…');
    if (code !== 'USAGE') expect(filled).toMatch(/^.{15,}[.?:]$/s);
  });

  test.each<[ErrorCode, Record<string, string | number>, string]>([
    ['FILE_NOT_FOUND', { file: 'a.txt' }, 'There is no file a.txt.'],
    ['FILE_NOT_FOUND', {}, 'There is no file ….'],
    ['REQUEST_INVALID', {}, 'The server did not accept the request.'],
    ['REQUEST_INVALID', { reason: 'no name' }, 'The server did not accept the request: no name.'],
    [
      'LOGIN_THROTTLED',
      { retry_after: 30 },
      'Too many failed attempts; please wait 30 seconds and try again.',
    ],
    ['LOGIN_THROTTLED', { retry_after: 1 }, 'Too many failed attempts; please wait 1 second and try again.'],
    ['KEY_VERSION_NEEDED', { count: 1 }, '1 wrapped key still hangs on this version; nothing was changed.'],
    ['KEY_VERSION_NEEDED', {}, 'Some wrapped keys still hang on this version; nothing was changed.'],
    ['GRANT_USER_UNKNOWN', { user: '$&' }, 'Nobody at this KMS is called $&.'],
  ])('%s with %j', (code, details, sentence) => {
    expect(errorSentence(code, details)).toBe(sentence);
  });

  test('a value is shown as it is, also where it looks like a place for another', () => {
    expect(errorSentence('FILE_NOT_FOUND', { file: '{toString} [x {file} y]' })).toBe(
      'There is no file {toString} [x {file} y].',
    );
    expect(errorSentence('REQUEST_INVALID', { reason: '{code|x}' })).toBe(
      'The server did not accept the request: {code|x}.',
    );
  });
});

test('the union of codes is closed', () => {
  expect(isErrorCode('FILE_DAMAGED')).toBe(true);
  for (const text of ['toString', '__proto__', '', 'file_damaged']) expect(isErrorCode(text)).toBe(false);
});

test('an error carries code, details, status and cause', () => {
  const cause = new Error('tag');
  const error = new SealkeepError('CLOUD_NOT_FOUND', { file: 'a' }, { cause });
  expect(error).toMatchObject({ code: 'CLOUD_NOT_FOUND', status: 404, details: { file: 'a' }, cause });
  expect([isSealkeepError(error), isSealkeepError(error, 'INTERNAL'), isSealkeepError(cause)]).toEqual([
    true,
    false,
    false,
  ]);
});
