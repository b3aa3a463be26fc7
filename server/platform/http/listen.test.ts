import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createLogger } from '../logging.ts';
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

test('a client that keeps its connection does not keep a server from stopping', async () => {
  const listening = await listen((_request, response) => void response.end(), {
    host: '127.0.0.1',
    port: 0,
    settings: 'KMS',
    graceMs: LONG_MS,
  });
  const client = connect(listening.port, '127.0.0.1').resume();
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(client, 'data');
  await listening.close();
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test.runIf(hasOpenssl)(
  'a certificate that was renewed is taken up (needs openssl); one without its key is not',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-renewed-'));
    const files = { certificate: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
    await makeCertificate(files);
    const looks: (() => void)[] = [];
    const told: string[] = [];
    const listening = await listen((_request, response) => void response.end(), {
      host: '127.0.0.1',
      port: 0,
      settings: 'KMS',
      tls: files,
      logger: createLogger('kms', 'info', {
        write: (line: string) => void told.push((JSON.parse(line) as { msg: string }).msg),
      }),
      schedule(_, look) {
        looks.push(look);
        return () => undefined;
      },
    });
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connectTls(
          { port: listening.port, host: '127.0.0.1', rejectUnauthorized: false },
          () => {
            resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
            socket.destroy();
          },
        ).once('error', reject);
      });
    const look = () => looks.shift()?.();
    const first = await shown();
    look();
    expect([await shown(), told]).toEqual([first, []]);
    const next = { certificate: path.join(folder, 'next.pem'), key: path.join(folder, 'next-key.pem') };
    await makeCertificate(next);
    await rename(next.certificate, files.certificate);
    look();
    look();
    expect([await shown(), told]).toEqual([first, [expect.stringContaining('the one before stays')]]);
    await rename(next.key, files.key);
    look();
    expect(told).toHaveLength(2);
    expect(await shown()).not.toBe(first);
    await listening.close();
    await rm(folder, { recursive: true });
  },
);

async function makeCertificate({ certificate, key }: { certificate: string; key: string }): Promise<void> {
  const args = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  await promisify(execFile)('openssl', [...args, '-out', certificate, '-keyout', key]);
}

test.each([
  ['an address of another machine', '203.0.113.9', 'KMS_HOST'],
  ['no host at all', 'no host', 'KMS_HOST'],
])('%s is named by its setting', async (_, host, name) => {
  await expect(listen(() => undefined, { host, port: 0, settings: 'KMS' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { name, reason: expect.stringContaining(host) },
  });
});
