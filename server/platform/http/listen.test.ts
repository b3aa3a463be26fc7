import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type ListenOptions, listen } from './listen.ts';

const LONG_MS = 600_000;
const SHORT_MS = 20;

/** A server that reads to the end before it answers, and a client that stops after one byte of a hundred. */
async function stalled(times: Pick<ListenOptions, 'idleMs' | 'graceMs'>) {
  const began = Promise.withResolvers<void>();
  const listening = await listen(
    (request, response) => {
      began.resolve();
      request.resume().once('end', () => response.end());
    },
    { host: '127.0.0.1', port: 0, settings: 'KMS', ...times },
  );
  const client: Socket = connect(listening.port, '127.0.0.1').resume();
  // A connection that is cut ends in ECONNRESET on some systems, which is the same to these tests.
  client.on('error', () => undefined);
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.write('POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  await began.promise;
  return { listening, client, closed };
}

test('a client that stalls in the middle of a body is let go', async () => {
  const { listening, closed } = await stalled({ idleMs: SHORT_MS, graceMs: LONG_MS });
  await closed;
  await listening.close();
});

test('a stop ends although a client stalls', async () => {
  const { listening, closed } = await stalled({ idleMs: LONG_MS, graceMs: SHORT_MS });
  await listening.close();
  await closed;
});

test('a stop lets what has begun finish', async () => {
  const { listening, client, closed } = await stalled({ idleMs: LONG_MS, graceMs: LONG_MS });
  const answer = once(client, 'data');
  const stopped = listening.close();
  client.write('x'.repeat(99));
  expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 200 /);
  client.end();
  await Promise.all([stopped, closed]);
});

test.each([
  ['an address of another machine', '203.0.113.9', 'KMS_HOST'],
  ['no host at all', 'no host', 'KMS_HOST'],
])('%s is named by its setting', async (_, host, name) => {
  await expect(listen(() => undefined, { host, port: 0, settings: 'KMS' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { name, reason: expect.stringContaining(host) },
  });
});
