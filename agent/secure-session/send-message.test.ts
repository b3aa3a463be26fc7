import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openJwe, sealJwe } from '../../core/crypto/jwe.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { sessionKeysOf } from '../../core/crypto/session-keys.ts';
import { type ReplyHeader, requestHeader } from '../../shared/api/kms/session.ts';
import type { Peer } from '../http/peer.ts';
import { type ClientSession, newSession } from './client-session.ts';
import { sendMessage } from './send-message.ts';

const ADDRESS = 'https://kms.test/v1';
const keys = sessionKeysOf(Secret.random(32));

/** A server that holds the session's keys, and answers each request with a header that is changed so. */
function start(changed: Partial<ReplyHeader> = {}) {
  const seen: string[] = [];
  const peer: Peer = {
    service: 'KMS',
    address: ADDRESS,
    idleTimeoutMs: 1000,
    async send({ headers }) {
      const opened = openJwe(keys.client, headers['x-sealkeep-jwe'] ?? '');
      const about = requestHeader.parse(opened?.header);
      seen.push(about.htu);
      const header = { ...about, status: 200, cty: 'text/plain', left: 1000, ...changed };
      const message = sealJwe(keys.server, header, Buffer.from('an answer'));
      return { status: 200, headers: {}, body: Readable.from([Buffer.from(message)]) };
    },
  };
  const session: ClientSession = newSession({ id: 'a-session', keys, token: 'x'.repeat(16) }, 0, 1000);
  const get = (path: string) =>
    sendMessage(
      peer,
      session,
      { method: 'GET', url: ADDRESS + path, headers: {}, idleTimeoutMs: 1000 },
      () => new Date(0),
    );
  return { get, seen };
}

test('a reply to this very request is taken', async () => {
  expect(await start().get('/logins?x=1')).toMatchObject({ status: 200 });
});

describe('a reply under the session’s key to another request is not understood', () => {
  test.each<[string, Partial<ReplyHeader>]>([
    ['of another session', { sid: 'another' }],
    ['with another number', { seq: 2 }],
    ['to another method', { htm: 'DELETE' }],
    ['to another path', { htu: '/logins/other' }],
    ['to another query', { htu: '/logins?x=2' }],
  ])('%s', async (_name, changed) => {
    await expect(start(changed).get('/logins?x=1')).rejects.toMatchObject({ code: 'SERVER_ANSWER_INVALID' });
  });
});

test('a `?` with nothing behind it is not sent', async () => {
  const { get, seen } = start();
  for (const path of ['/logins?', '/logins', '/logins?a?', '/logins??']) await get(path);
  expect(seen).toEqual(['/logins', '/logins', '/logins?a?', '/logins??']);
});
