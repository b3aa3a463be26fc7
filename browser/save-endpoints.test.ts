import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attachment } from './save-endpoints.ts';
import { startShell, type TestShell } from './testing/start-shell.ts';

let shell: TestShell;
let secrets: Readonly<Record<string, string>>;
beforeEach(async () => {
  shell = await startShell();
  secrets = await shell.enter();
  const file = path.join(shell.folder, 'output');
  await writeFile(file, 'the output');
  shell.app.outputs.set('job-1/0', { path: file, name: '日本語 "1".txt' });
  shell.app.outputs.set('job-1/1', { path: path.join(shell.folder, 'moved'), name: 'moved' });
});
afterEach(() => shell.close());

async function addressOf(output: number): Promise<string> {
  const answer = await shell.ask('POST', '/bridge-save', secrets, { job: 'job-1', output });
  return (answer.json() as { url: string }).url;
}
const byCookie = () => ({ cookie: String(secrets['cookie']) });

test('an output is downloaded once, under its name', async () => {
  const url = await addressOf(0);
  expect(url).toMatch(/^\/save\/[\w-]{43}$/);
  const answer = await shell.ask('GET', url, {
    ...byCookie(),
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'navigate',
  });
  expect([answer.status, answer.text]).toEqual([200, 'the output']);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '10',
    'content-disposition': `attachment; filename="___ _1_.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E%20%221%22.txt`,
    'cache-control': 'no-store',
  });
  expect((await shell.ask('GET', url, byCookie())).status).toBe(404);
});

test('an address is good for a minute, and for the browser that asked', async () => {
  const late = await addressOf(0);
  shell.clock.ms += 60_000;
  expect((await shell.ask('GET', late, byCookie())).status).toBe(404);
  const { cookie = '' } = await shell.enter();
  expect((await shell.ask('GET', await addressOf(0), { cookie })).status).toBe(404);
});

test('a shell that stops waits for no download', async () => {
  const file = path.join(shell.folder, 'large');
  await writeFile(file, Buffer.alloc(32 << 20));
  shell.app.outputs.set('job-2/0', { path: file, name: 'large' });
  const answer = await shell.ask('POST', '/bridge-save', secrets, { job: 'job-2', output: 0 });
  const sent = shell.begin('GET', (answer.json() as { url: string }).url, byCookie());
  const [response] = await once(sent.end(), 'response');
  await shell.close();
  await expect(buffer(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
  shell = await startShell();
});

test('an output that is not there, or no longer, is not found', async () => {
  for (const output of [2, 7]) {
    const answer = await shell.ask('POST', '/bridge-save', secrets, { job: 'job-1', output });
    expect(answer.status).toBe(404);
  }
  expect((await shell.ask('GET', await addressOf(1), byCookie())).status).toBe(404);
  expect((await shell.ask('POST', '/bridge-save', secrets, { job: 'job-1', output: -1 })).status).toBe(400);
});

test.each([
  ['plain.txt', `attachment; filename="plain.txt"; filename*=UTF-8''plain.txt`],
  ["it's (1)*.txt", `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
  [
    'a"; filename=b\r\n',
    `attachment; filename="a_; filename=b__"; filename*=UTF-8''a%22%3B%20filename%3Db%0D%0A`,
  ],
  ['\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
])('the name %j is written as RFC 6266 has it', (name, header) => {
  expect(attachment(name)).toBe(header);
});
