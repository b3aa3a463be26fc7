import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileRef } from '../shared/bridge/state.ts';
import type { FileWanted } from './page/protocol.ts';
import { answerTo, listenTo, startShell, type TestShell } from './testing/start-shell.ts';

const MIB = 1024 * 1024;

let shell: TestShell;
let secrets: Readonly<Record<string, string>>;
beforeEach(async () => {
  shell = await startShell();
  secrets = await shell.enter();
});
afterEach(() => shell.close());

const listen = () => listenTo(shell.begin('GET', '/bridge-events', secrets));

async function offer(name: string, size: number): Promise<FileRef> {
  const answer = await shell.ask('POST', '/bridge-files', secrets, { files: [{ name, size }] });
  const { refs } = answer.json() as { refs: FileRef[] };
  const [ref] = refs;
  if (!ref) throw new Error('nothing was offered');
  return ref;
}

async function wanted(next: () => Promise<{ name: string; data: unknown }>): Promise<string> {
  const { name, data } = await next();
  expect(name).toBe('file.wanted');
  return `/bridge-content/${(data as FileWanted).ticket}`;
}

const sending = (path: string, size: number) =>
  shell.begin('POST', path, { ...secrets, 'content-length': String(size) });

/** The page can't read the file, or its request failed. */
async function said(path: string): Promise<void> {
  expect((await shell.ask('DELETE', path, secrets)).status).toBe(200);
}

test.each([0, 1, 64 * 1024, 64 * 1024 + 1, 3 * MIB])(
  'a file of %i bytes comes when a job asks for it',
  async (size) => {
    const next = await listen();
    const { ref, ...file } = await offer('日本語.txt', size);
    expect(file).toEqual({ name: '日本語.txt', size });
    const bytes = Buffer.alloc(size, 'sealkeep');
    for (const _retry of [1, 2]) {
      const opening = shell.app.open(ref);
      const path = await wanted(next);
      const sent = sending(path, size);
      sent.end(bytes);
      expect((await buffer(await opening)).equals(bytes)).toBe(true);
      expect((await answerTo(sent)).status).toBe(204);
      // The ticket was good once.
      expect((await shell.ask('POST', path, { ...secrets, 'content-length': '0' })).status).toBe(404);
    }
  },
);

test('40 MB go through a reader that takes its time, and little is held on the way', async () => {
  const next = await listen();
  const size = 40 * MIB;
  const { ref } = await offer('large', size);
  const opening = shell.app.open(ref);
  const sent = sending(await wanted(next), size);
  const piece = Buffer.alloc(MIB, 7);
  const written = (async () => {
    for (let count = 0; count < size / MIB; count += 1) {
      if (!sent.write(piece)) await once(sent, 'drain');
    }
    sent.end();
  })();
  const content = await opening;
  // Nobody reads yet: what is on its way fits into the buffers between.
  await once(content, 'readable');
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
  expect(sent.socket?.bytesWritten).toBeLessThan(16 * MIB);
  expect(content.readableLength).toBeLessThan(MIB);
  // What was sent and not yet read is all that can be held anywhere; the process's own figures wait for its collector.
  let held = 0;
  let read = 0;
  for await (const chunk of content) {
    read += (chunk as Buffer).length;
    held = Math.max(held, (sent.socket?.bytesWritten ?? 0) - read);
  }
  await written;
  expect(read).toBe(size);
  expect(held).toBeLessThan(16 * MIB);
  expect((await answerTo(sent)).status).toBe(204);
});

test('a page that breaks off in the middle fails the stream', async () => {
  const next = await listen();
  const { ref } = await offer('report.txt', MIB);
  const opening = shell.app.open(ref);
  const path = await wanted(next);
  const sent = sending(path, MIB);
  sent.on('error', () => sent.destroy());
  sent.write(Buffer.alloc(100_000));
  const details = { file: 'report.txt' };
  const reading = expect(buffer(await opening)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE', details });
  sent.destroy();
  await said(path);
  await reading;
});

test('what a browser sends again after it broke off is not read, and says that the page is there', async () => {
  const next = await listen();
  const { ref } = await offer('report.txt', MIB);
  const opening = shell.app.open(ref);
  const path = await wanted(next);
  const sent = sending(path, MIB);
  sent.on('error', () => sent.destroy());
  sent.write(Buffer.alloc(100_000));
  const reading = expect(buffer(await opening)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
  sent.destroy();
  const again = sending(path, MIB);
  again.on('error', () => again.destroy());
  again.flushHeaders();
  expect((await answerTo(again)).status).toBe(204);
  await reading;
});

test('a small one that breaks off never becomes a stream', async () => {
  const next = await listen();
  const { ref } = await offer('report.txt', 1000);
  const opening = shell.app.open(ref);
  const path = await wanted(next);
  const sent = sending(path, 1000);
  sent.on('error', () => sent.destroy());
  const failing = expect(opening).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
  await new Promise((written) => sent.write('half', written));
  sent.destroy();
  await said(path);
  await failing;
});

test('an agent that cancels ends the request, also of a page that sends nothing', async () => {
  const next = await listen();
  const { ref } = await offer('held-open', MIB);
  const opening = shell.app.open(ref);
  const path = await wanted(next);
  const sent = sending(path, MIB);
  const failed = once(sent, 'error');
  const broken = expect(
    failed.then(([error]) => {
      throw error;
    }),
  ).rejects.toMatchObject({ code: 'ECONNRESET' });
  sent.write('a beginning');
  const content = await opening;
  content.destroy();
  await once(content, 'close');
  await broken;
  // The page, for which its request failed, says so, and is not told that there is no such thing.
  await said(path);
});

test('a file that is not of the size it was offered with is refused', async () => {
  const next = await listen();
  const { ref } = await offer('report.txt', 10);
  const opening = expect(shell.app.open(ref)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  const sent = sending(await wanted(next), 11);
  sent.end('01234567890');
  expect((await answerTo(sent)).status).toBe(400);
  await opening;
});

test('a page that cannot read its file says so', async () => {
  const next = await listen();
  const { ref } = await offer('report.txt', 10);
  const opening = expect(shell.app.open(ref)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
  const path = await wanted(next);
  expect((await shell.ask('DELETE', path, secrets)).status).toBe(200);
  await opening;
  expect((await shell.ask('DELETE', path, secrets)).status).toBe(404);
});

test('another load of the page, or another browser, can neither send the file nor refuse it', async () => {
  const next = await listen();
  const { ref } = await offer('report.txt', 4);
  const opening = shell.app.open(ref);
  const path = await wanted(next);
  const others = [{ ...secrets, 'x-sealkeep-load': 'another-load-of-it' }, await shell.enter()];
  for (const headers of others) {
    const sent = shell.begin('POST', path, { ...headers, 'content-length': '4' });
    sent.end('evil');
    expect((await answerTo(sent)).status).toBe(404);
    expect((await shell.ask('DELETE', path, headers)).status).toBe(404);
  }
  const sent = sending(path, 4);
  sent.end('good');
  expect(String(await buffer(await opening))).toBe('good');
});

test('a page that comes back is asked again for what it had not begun to send', async () => {
  const { ref } = await offer('report.txt', 4);
  const opening = shell.app.open(ref);
  const first = shell.begin('GET', '/bridge-events', secrets);
  const early = await wanted(await listenTo(first));
  first.destroy();
  const again = await wanted(await listen());
  expect(again).toBe(early);
  const sent = sending(again, 4);
  sent.end('good');
  expect(String(await buffer(await opening))).toBe('good');
});

test('a page that stays away loses its files, and who asks for them is told', async () => {
  const brief = await startShell(0);
  try {
    const headers = await brief.enter();
    const sent = brief.begin('GET', '/bridge-events', headers);
    const next = await listenTo(sent);
    const files = [{ name: 'report.txt', size: 4 }];
    const answer = await brief.ask('POST', '/bridge-files', headers, { files });
    const { refs } = answer.json() as { refs: FileRef[] };
    const ref = refs[0]?.ref ?? '';
    const opening = brief.app.open(ref);
    await wanted(next);
    const begun = brief.app.open(ref);
    const half = brief.begin('POST', await wanted(next), { ...headers, 'content-length': '4' });
    half.on('error', () => half.destroy());
    half.write('ha');
    // As a page that is loaded again: its requests break off at once.
    half.destroy();
    sent.destroy();
    for (const one of [opening, begun])
      await expect(one).rejects.toMatchObject({ code: 'FILE_PAGE_GONE', details: { file: 'report.txt' } });
    expect(brief.app.withdrawn).toEqual([ref]);
    await expect(brief.app.open(ref)).rejects.toMatchObject({ code: 'FILE_PAGE_GONE' });
  } finally {
    await brief.close();
  }
});

test('an offer is a list of names and sizes, of no more than a batch', async () => {
  for (const files of [
    [{ name: 'x', size: -1 }],
    [{ size: 1 }],
    [{ name: 'x'.repeat(1025), size: 1 }],
    'none',
  ]) {
    expect((await shell.ask('POST', '/bridge-files', secrets, { files })).status).toBe(400);
  }
  const many = Array.from({ length: 501 }, (_one, index) => ({ name: `${index}`, size: 1 }));
  expect((await shell.ask('POST', '/bridge-files', secrets, { files: many })).status).toBe(400);
  const fits = await shell.ask('POST', '/bridge-files', secrets, { files: many.slice(1) });
  expect((fits.json() as { refs: FileRef[] }).refs.map(({ name }) => name)).toEqual(
    many.slice(1).map(({ name }) => name),
  );
});
