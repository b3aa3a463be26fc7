import { expect, test } from 'vitest';
import { ERROR_STATUS, isErrorCode } from '../shared/errors/codes.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { errorSentence } from '../shared/messages/en.ts';
import { HINTS } from './hints.ts';
import { errorJson } from './terminal.ts';

const CODES = Object.keys(ERROR_STATUS).filter(isErrorCode);

test.each(CODES)('the sentence of %s names no command and no option', (code) => {
  expect(errorSentence(code, {})).not.toMatch(/"sealkeep |--\w/);
});

test('a terminal adds which command helps, where one does', () => {
  expect(errorJson(new SealkeepError('NOT_LOGGED_IN')).message).toBe(
    'Nobody is logged in here; log in or make an account first. Use "sealkeep login NAME" or "sealkeep register NAME".',
  );
  expect(errorJson(new SealkeepError('ROLE_REFUSED')).message).toBe('Your role does not allow this.');
  expect(errorJson(new SealkeepError('RESOURCE_MISMATCH'), 'verify').message).not.toContain(
    'sealkeep verify',
  );
  expect(errorJson(new SealkeepError('RESOURCE_MISMATCH'), 'decrypt').message).toContain('"sealkeep verify"');
  expect(
    errorJson(new SealkeepError('KEY_VERSION_STATE', { status: 'active' }), 'keys keep').message,
  ).toMatch(
    /: active\. Only a version that is going to be destroyed can be kept; "sealkeep keys" shows the states\.$/,
  );
  for (const hint of Object.values(HINTS)) expect(hint).toMatch(/(?:"sealkeep |--\w).*\.$/);
});
