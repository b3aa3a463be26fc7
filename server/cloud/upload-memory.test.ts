import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { alice, cloudToken, startTestCloud } from './testing/test-cloud.ts';
import { makePair, register } from './testing/test-pair.ts';

// What is held is what a collection leaves; V8 itself would let 80 MB lie before it looks.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const CHUNK = Buffer.alloc(65_536, 1);
const CHUNKS = 640;

test('40 MB go up and down without being held', async () => {
  const cloud = await startTestCloud();
  const pair = makePair(alice, 'large.bin', 'x');
  await register(cloud, alice, pair);
  const part = (name: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"; filename="x"\r\n\r\n`;

  // The client sends one buffer again and again, so that what grows is the server's.
  function* form() {
    yield Buffer.from(part('enc_file'));
    yield pair.enc;
    for (let sent = 0; sent < CHUNKS; sent += 1) yield CHUNK;
    yield Buffer.from(`\r\n${part('enc_key')}${formatKeyFile(pair.key)}\r\n--b--\r\n`);
  }
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let looks = 0;
  const look = () => {
    looks += 1;
    if (looks % 50 !== 0) return;
    collectGarbage();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  };
  const headers = {
    authorization: `Bearer ${await cloudToken(alice)}`,
    'content-type': 'multipart/form-data; boundary=b',
  };
  const call = request(`${cloud.url}/upload`, { method: 'POST', headers });
  const answered = once(call, 'response');
  const watched = Readable.from(form()).on('data', look);
  await pipeline(watched, call);
  const [reply] = (await answered) as [IncomingMessage];
  expect(reply.statusCode).toBe(201);
  reply.resume();

  const download = await cloud.call('GET', '/download/alice/large.bin.enc', { as: alice });
  let size = 0;
  for await (const chunk of download.body ?? []) {
    size += chunk.length;
    look();
  }
  expect(size).toBe(pair.enc.length + CHUNKS * CHUNK.length);
  expect(most).toBeLessThan(15_000_000);
  await cloud.stop();
});
