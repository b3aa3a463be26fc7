import { expect, test, vi } from 'vitest';
import { createSession } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { isAllowedRequest, registerWebRequests } from './web-requests.ts';

test.each([
  ...FOREIGN_ADDRESSES,
  'https://redirector.gvt1.com/edgedl/chromewebstore/x.bdic',
  'ws://127.0.0.1:1/',
])('STYLE 11: cancelled: %s', (url) => {
  const session = createSession();
  registerWebRequests(session as never, { hasDevTools: false });
  const answer = vi.fn();
  session.webRequest.onBeforeRequest.mock.calls[0]?.[0]({ url, resourceType: 'mainFrame' }, answer);
  expect(answer.mock.calls).toEqual([[{ cancel: true }]]);
});

test('STYLE 11: our own scheme goes on, and pictures that reach no network', () => {
  expect(isAllowedRequest('sealkeep-app://page/assets/x.js', 'script', false)).toBe(true);
  expect(isAllowedRequest('data:image/svg+xml,x', 'image', false)).toBe(true);
  expect(isAllowedRequest('blob:sealkeep-app://page/1', 'image', false)).toBe(true);
  expect(isAllowedRequest('blob:sealkeep-app://page/1', 'other', false)).toBe(true);
  expect(isAllowedRequest('blob:sealkeep-app://page/1', 'script', false)).toBe(false);
  expect(isAllowedRequest('blob:sealkeep-app://page/1', 'mainFrame', false)).toBe(false);
  expect(isAllowedRequest('blob:https://example.com/1', 'image', false)).toBe(false);
  expect(isAllowedRequest('blob:null/1', 'image', false)).toBe(false);
  expect(isAllowedRequest('data:text/html,x', 'subFrame', false)).toBe(false);
  expect(isAllowedRequest('devtools://devtools/x.js', 'script', true)).toBe(true);
});
