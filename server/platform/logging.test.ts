import { expect, test } from 'vitest';
import { createLogger } from './logging.ts';

const CANARY = 'a-secret-that-no-log-has';

function logged(line: object): string {
  const lines: string[] = [];
  const logger = createLogger('kms', 'info', { write: (text: string) => void lines.push(text) });
  logger.info(line, 'something happened');
  return lines.join('');
}

test.each([
  ['a body', { body: { password: CANARY, code: CANARY, new_password: CANARY } }],
  ['a request', { request: { body: { code: CANARY, authentication: CANARY }, url: '/login' } }],
  ['headers', { headers: { authorization: CANARY, 'x-client-token': CANARY, 'x-sealkeep-jwe': CANARY } }],
  [
    'headers of a request',
    { req: { headers: { authorization: CANARY, 'x-sealkeep-launch-secret': CANARY, cookie: CANARY } } },
  ],
  ['tokens', { access_token: CANARY, tokens: { refresh_token: CANARY, cloud_token: CANARY } }],
  ['keys', { key: CANARY, item: { wrapped_key: CANARY }, answer: { item: { key: CANARY, secret: CANARY } } }],
  ['an error with more than it should have', { err: { passphrase: CANARY, cause: { invitation: CANARY } } }],
])('%s that came into a log line is left out of it', (_, line) => {
  const text = logged(line);
  expect(text).toContain('something happened');
  expect(text).not.toContain(CANARY);
});

test('what lines are for stays', () => {
  const line = {
    request: 'an-id',
    code: 'LOGIN_REFUSED',
    route: '/login',
    err: new Error('the disk is full'),
  };
  expect(JSON.parse(logged(line))).toMatchObject({
    service: 'kms',
    request: 'an-id',
    code: 'LOGIN_REFUSED',
    route: '/login',
    err: { message: 'the disk is full' },
  });
});
