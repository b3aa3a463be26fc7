import { truncateSync } from 'node:fs';
import { appendFile, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { downloadFile } from '../../agent/jobs/download-file.ts';
import { uploadFiles } from '../../agent/jobs/upload-files.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { errorSentence } from '../../shared/messages/en.ts';
import { someBytes } from '../support/engine.ts';
import { jsonReply, type ProxyReply, withJson } from '../support/meddling-proxy.ts';
import { sentencesOf } from '../support/sentences.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

const MIB = 1024 * 1024;
let world: TestWorld;
let alice: WorldPerson;
const name = 'file.bin';
let pair: { enc: string; key: string };
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice', 250);
  pair = await alice.sealed(name, someBytes(2 * MIB));
  await alice.upload(pair.enc);
});
afterAll(() => world.close());
afterEach(() => {
  world.proxies.cloud.meddle = undefined;
});

const blobs = async () => (await readdir(world.cloud.config.blobsFolder)).sort();

/** The code of a download that must leave nothing. */
async function refusedDownload(more: { name?: string; as?: string; signal?: AbortSignal } = {}) {
  const before = await alice.names();
  const request = { owner: 'alice', name, folder: alice.folder, ...more };
  const error = await downloadFile(alice.agent.jobs, request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(await alice.names()).toEqual(before);
  if (!isSealkeepError(error)) throw error ?? new Error('it was downloaded');
  expect(errorSentence(error.code, { file: name, ...error.details })).not.toContain('…');
  expect(JSON.stringify(error.details)).not.toContain('sealkeep-tmp');
  return error.code;
}

/** What the cloud answers for one half of the pair. */
function answering(ending: '.enc' | '.key', change: (reply: ProxyReply) => ProxyReply): void {
  world.proxies.cloud.meddle = async (request, forward) => {
    const reply = await forward();
    return request.path.startsWith('/download/') && request.path.endsWith(ending) ? change(reply) : reply;
  };
}

describe('a download leaves nothing', () => {
  test.each([
    '../x',
    '../../etc/passwd',
    '/etc/passwd',
    'a\u0000b',
    'CON',
    'con.txt',
    'a\\b',
    '..',
    '.',
    'C:x',
    'x '.trimStart(),
    'x.',
    'n'.repeat(256),
    'ü'.repeat(130),
  ])('under the name %j that a cloud lists', async (listed) => {
    const asked = world.proxies.cloud.seen.length;
    expect(await refusedDownload({ name: listed })).toBe('FILE_NAME_REFUSED');
    expect(await refusedDownload({ as: listed })).toBe('FILE_NAME_REFUSED');
    const paths = world.proxies.cloud.seen.slice(asked).map(({ path: one }) => one);
    expect(paths).toEqual([]);
  });

  test.each<[string, '.enc' | '.key', (reply: ProxyReply) => ProxyReply, string]>([
    ['cut in the middle', '.enc', (reply) => ({ ...reply, cut: { after: MIB } }), 'SERVER_UNREACHABLE'],
    [
      'that stops coming',
      '.enc',
      (reply) => ({ ...reply, cut: { after: MIB, stall: true } }),
      'SERVER_TIMEOUT',
    ],
    ['whose .key is cut', '.key', (reply) => ({ ...reply, cut: { after: 20 } }), 'SERVER_UNREACHABLE'],
    [
      'whose .key stops coming',
      '.key',
      (reply) => ({ ...reply, cut: { after: 20, stall: true } }),
      'SERVER_TIMEOUT',
    ],
    [
      'that is shorter than it was said to be',
      '.enc',
      (reply) => reencoded(reply, reply.body.subarray(0, MIB), true),
      'SERVER_UNREACHABLE',
    ],
    [
      'that is no sealed file',
      '.enc',
      (reply) => reencoded(reply, Buffer.from('<html>hello</html>')),
      'SERVER_ANSWER_INVALID',
    ],
    [
      'that is damaged in its prelude',
      '.enc',
      (reply) => reencoded(reply, reply.body.subarray(0, 30)),
      'SERVER_ANSWER_INVALID',
    ],
    [
      'whose .key is a page',
      '.key',
      (reply) => reencoded(reply, Buffer.from('<html>hello</html>')),
      'SERVER_ANSWER_INVALID',
    ],
    [
      'whose .key has no end',
      '.key',
      (reply) => reencoded(reply, Buffer.alloc(MIB, 0x20)),
      'SERVER_ANSWER_INVALID',
    ],
    [
      'whose .key is another resource’s',
      '.key',
      (reply) =>
        withJson(reply, (json: { resource_name: string }) => ({
          ...json,
          resource_name: `${json.resource_name.slice(0, -2)}AA`,
        })),
      'CLOUD_PAIR_INVALID',
    ],
    ['that is redirected', '.enc', () => redirect(), 'SERVER_ANSWER_INVALID'],
  ])('%s', async (_, ending, change, code) => {
    answering(ending, change);
    expect(await refusedDownload()).toBe(code);
  });

  test('that its person cancels', async () => {
    const cancel = new AbortController();
    answering('.enc', (reply) => {
      setImmediate(() => cancel.abort());
      return { ...reply, cut: { after: MIB, stall: true } };
    });
    expect(await refusedDownload({ signal: cancel.signal })).toBe('JOB_CANCELLED');
  });

  test('and the same one comes whole afterwards, beside what is there', async () => {
    const before = await alice.names();
    await downloadFile(alice.agent.jobs, { owner: 'alice', name, folder: alice.folder });
    const fresh = (await alice.names()).filter((one) => !before.includes(one));
    expect(fresh).toEqual(['file (2).bin.enc', 'file (2).bin.key']);
    expect(await readFile(path.join(alice.folder, fresh[0] ?? ''))).toEqual(await readFile(pair.enc));
  });
});

describe('an upload that fails leaves nothing at the cloud and closes its file', () => {
  async function refusedUpload(signal?: AbortSignal) {
    const before = await blobs();
    const { report, ...outcome } = collector();
    await uploadFiles(alice.agent.jobs, { sources: [pair.enc], signal }, report);
    sentencesOf(outcome.failed);
    expect(outcome.finished).toEqual([]);
    expect(await blobs()).toEqual(before);
    expect(await openFilesNamed(pair.enc)).toEqual([]);
    return outcome.failed.map(({ error }) => error.code);
  }

  test('refused by the cloud before the file is read', async () => {
    world.proxies.cloud.meddle = async (request, forward) =>
      request.path === '/upload'
        ? jsonReply({ error: { code: 'CLOUD_QUOTA_EXCEEDED', message: '' } }, 507)
        : forward();
    expect(await refusedUpload()).toEqual(['CLOUD_QUOTA_EXCEEDED']);
  });

  test('a file that shrinks while it is sent', async () => {
    const { enc } = await alice.sealed('shrinks.bin', someBytes(24 * MIB));
    const before = await blobs();
    const { report, ...outcome } = collector();
    const shrinking = { ...report, progress: () => truncateSync(enc, 1000) };
    await uploadFiles(alice.agent.jobs, { sources: [enc] }, shrinking);
    expect(outcome.failed.map(({ error }) => error.code)).toEqual(['FILE_CHANGED']);
    expect(await blobs()).toEqual(before);
    expect(await openFilesNamed(enc)).toEqual([]);
  });

  test('one that its person cancels', async () => {
    const cancel = new AbortController();
    world.proxies.cloud.meddle = async (request, forward) => {
      if (request.path !== '/upload') return forward();
      cancel.abort();
      return jsonReply({}, 500);
    };
    expect(await refusedUpload(cancel.signal)).toEqual(['JOB_CANCELLED']);
  });

  test('a file that grew after it was sealed is refused by its own last segment, and says so when opened', async () => {
    await appendFile(pair.enc, 'more');
    const { failed } = await alice.open(pair.enc);
    expect(failed.map(({ error }) => error.code)).toEqual(['FILE_DAMAGED']);
  });
});

function reencoded(reply: ProxyReply, body: Buffer, keepsLength = false): ProxyReply {
  const length = keepsLength ? reply.body.length : body.length;
  const cut = keepsLength ? { cut: { after: body.length } } : {};
  return { ...reply, body, headers: { ...reply.headers, 'content-length': String(length) }, ...cut };
}

function redirect(): ProxyReply {
  return { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: Buffer.alloc(0) };
}

/** Descriptors of this process that are still open on a file; none are known where there is no /proc. */
async function openFilesNamed(file: string): Promise<string[]> {
  const handles = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(
    handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')),
  );
  return targets.filter((target) => target === file);
}
