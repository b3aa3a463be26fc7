import { expect, test } from 'vitest';
import { ERROR_STATUS, type ErrorCode, isErrorCode } from '../shared/errors/codes.ts';
import { combinedExitCode, EXIT_CODE_HELP, EXIT_CODES, exitCodeOf } from './exit-codes.ts';

const documented = [...EXIT_CODE_HELP.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code));

test('--help lists every exit code', () => {
  expect(documented).toEqual(Object.values(EXIT_CODES));
});

test('every error ends a command with one that --help lists, and none with 0', () => {
  const codes = Object.keys(ERROR_STATUS).filter(isErrorCode);
  const ends = new Set(codes.map(exitCodeOf));
  expect([...ends].filter((code) => code === 0 || !documented.includes(code))).toEqual([]);
});

test.each<[ErrorCode, number]>([
  ['INTERNAL', 1],
  ['USAGE', 2],
  ['CONFIG_INVALID', 2],
  ['PORT_TAKEN', 2],
  ['ROOT_PASSPHRASE_REFUSED', 2],
  ['SERVER_ADDRESS_REFUSED', 2],
  ['NOT_LOGGED_IN', 3],
  ['LOGIN_REFUSED', 3],
  ['LOGIN_THROTTLED', 3],
  ['CODE_REFUSED', 3],
  ['REFRESH_REFUSED', 3],
  ['AUTHENTICATION_INVALID', 3],
  ['USER_NAME_TAKEN', 3],
  ['ENROLMENT_REFUSED', 3],
  ['GRANT_MISSING', 4],
  ['GRANT_NOT_OWNER', 4],
  ['CLOUD_NOT_FOUND', 4],
  ['CLOUD_NAME_TAKEN', 4],
  ['FILE_OTHER_KMS', 4],
  ['FILE_FORGOTTEN', 4],
  ['KEY_MISSING', 4],
  ['LAUNCH_SECRET_REFUSED', 4],
  ['SERVER_UNREACHABLE', 5],
  ['SERVER_TIMEOUT', 5],
  ['SERVER_IDENTITY_CHANGED', 5],
  ['SESSION_ENDED', 5],
  ['STORE_UNAVAILABLE', 5],
  ['STORE_LOST', 5],
  ['ROOT_KEY_CHANGE_UNFINISHED', 5],
  ['FILE_NOT_FOUND', 6],
  ['FILE_NAME_REFUSED', 6],
  ['OUTPUT_NO_SPACE', 6],
  ['OUTPUT_NOT_WRITABLE', 6],
  ['OUTPUT_TAKEN', 6],
  ['STREAM_NOT_WRITABLE', 6],
  ['DATA_FOLDER_BUSY', 6],
  ['ROOT_KEY_TAKEN', 6],
  ['TRASH_FAILED', 6],
  ['TRASH_UNAVAILABLE', 6],
  ['FILE_DAMAGED', 7],
  ['STREAM_DAMAGED', 7],
  ['FILE_TOO_NEW', 7],
  ['FILE_NOT_SEALED', 7],
  ['KEY_FILE_ALTERED', 7],
  ['WRAPPED_KEY_INVALID', 7],
  ['CLOUD_PAIR_INVALID', 7],
  ['PROOF_FAILED', 7],
  ['JOB_CANCELLED', 130],
])('%s ends a command with %i', (code, exitCode) => {
  expect(exitCodeOf(code)).toBe(exitCode);
});

test.each([
  [[], 0],
  [[6], 6],
  [[6, 6], 6],
  [[6, 7], 8],
  [[6, 7, 6], 8],
  [[6, 130], 130],
  [[130, 6], 130],
  [[6, 7, 130], 130],
])('failures %j end a command with %i', (failures, exitCode) => {
  expect(failures.reduce(combinedExitCode, EXIT_CODES.done)).toBe(exitCode);
});
