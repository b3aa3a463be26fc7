import { expect, test } from 'vitest';
import { createFinder } from './spellings.ts';

const secret = Buffer.from('00ff10fbefbe7f80aa55c3b4d2e1f00918273645fedcba98', 'hex');
const find = createFinder([{ kind: 'DEK', secret }]);
const json = (text: string) => Buffer.from(JSON.stringify({ shown: text }));

test.each([
  ['raw', Buffer.concat([Buffer.from('before'), secret, Buffer.from('after')])],
  ['hex', json(secret.toString('hex'))],
  ['hex in capitals', json(secret.toString('hex').toUpperCase())],
  ['base64', json(secret.toString('base64'))],
  ['base64url', json(secret.toString('base64url'))],
  ...[0, 1, 2, 3].map((before): [string, Buffer] => [
    `base64 of more, ${before} bytes in`,
    json(Buffer.concat([Buffer.alloc(before, 7), secret, Buffer.from('more')]).toString('base64url')),
  ]),
])('is found: %s', (_, where) => {
  expect(find(where)).toEqual(['DEK']);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a part', secret.subarray(0, 20)],
  ['another', Buffer.alloc(1000, 0xff)],
  ['the wrong way round', Buffer.from(secret).reverse()],
])('is not found: %s', (_, where) => {
  expect(find(where)).toEqual([]);
});
