import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileRef } from '../../shared/bridge/state.ts';
import { LIMITS } from '../../shared/limits.ts';
import { listenTo, startShell, type TestShell } from '../testing/start-shell.ts';
import { createCarrier } from './create-carrier.ts';
import type { PageWorld } from './page-world.ts';
import { SMALL_FILE } from './protocol.ts';
import { createTab } from './testing/create-tab.ts';

let shell: TestShell;
let tab: ReturnType<typeof createTab>;
beforeEach(async () => {
  shell = await startShell();
  tab = createTab(shell, shell.issueToken());
});
afterEach(async () => {
  tab.leave();
  await shell.close();
});

const MANY = 150;
const contentOf = (index: number) => `the content of ${index}`.repeat(index);
const files = () => Array.from({ length: MANY }, (_, index) => new File([contentOf(index)], `${index}`));
const wanted = (taken: readonly FileRef[]) =>
  Promise.allSettled(taken.map(async ({ ref }) => text(await shell.app.open(ref))));
const requests = (route: string) => tab.sent.filter((line) => line.startsWith(`POST ${route}`)).length;

test('small files that are wanted at once come in a few requests, each as it is', async () => {
  const { taken } = await createCarrier(tab.world()).offer(files());
  const outcomes = await wanted(taken);
  expect(outcomes).toEqual(
    Array.from({ length: MANY }, (_, index) => ({ status: 'fulfilled', value: contentOf(index) })),
  );
  expect(requests('/bridge-content')).toBeLessThan(20);
});

test('files of 64 KiB go together only as far as a request takes them', async () => {
  const large = Array.from({ length: 40 }, (_, index) => new File(['x'.repeat(SMALL_FILE)], `${index}`));
  const { taken } = await createCarrier(tab.world()).offer(large);
  for (const outcome of await wanted(taken))
    expect(outcome).toMatchObject({ value: expect.objectContaining({ length: SMALL_FILE }) });
});

test('where the browser can’t read one of them the others come all the same', async () => {
  const world = tab.world();
  const carrier = createCarrier({
    ...world,
    // As browsers do it where one part of a body went away: they do not say which.
    async fetch(target, init) {
      const body = init?.body instanceof Blob ? await init.body.text() : '';
      if (body.includes('unreadable')) throw new TypeError('Failed to fetch');
      return world.fetch(target, init);
    },
  } satisfies PageWorld);
  const some = files();
  some[7] = new File(['unreadable'], 'gone');
  const { taken } = await carrier.offer(some);
  const outcomes = await wanted(taken);
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [[index, outcome.reason]] : [],
  );
  expect(failed).toEqual([[7, expect.objectContaining({ code: 'FILE_NOT_READABLE' })]]);
});

test('of those that came together each has to have the length that was promised', async () => {
  const secrets = await shell.enter();
  const { refs } = (
    await shell.ask('POST', '/bridge-files', secrets, {
      files: [
        { name: 'a', size: 3 },
        { name: 'b', size: 3 },
      ],
    })
  ).json() as { refs: FileRef[] };
  const next = await listen(secrets);
  const opening = wanted(refs);
  const tickets = [await next(), await next()];
  const sent = await send(
    secrets,
    `${JSON.stringify([
      [tickets[0], 3],
      [tickets[1], 2],
      ['unknown', 1],
    ])}\nabcdef`,
  );
  expect(sent).toBe(204);
  expect(await opening).toMatchObject([
    { value: 'abc' },
    { reason: { code: 'FILE_CHANGED', details: { file: 'b' } } },
  ]);
});

test.each([
  ['nothing', ''],
  ['no list', 'abc'],
  ['a list that is none', '{}\n'],
  ['a list without an end', JSON.stringify([['t'.repeat(40), 1]])],
  ['fewer bytes than it says', `${JSON.stringify([['t', 4]])}\nabc`],
  ['more bytes than it says', `${JSON.stringify([['t', 2]])}\nabc`],
  ['a file that is not small', `${JSON.stringify([['t', SMALL_FILE + 1]])}\n${'x'.repeat(SMALL_FILE + 1)}`],
  ['too many', `${JSON.stringify(Array.from({ length: LIMITS.smallFiles + 1 }, () => ['t', 0]))}\n`],
  ['too much', 'x'.repeat(2 * LIMITS.smallFilesBytes)],
])('what is no list with its files is refused: %s', async (_, body) => {
  expect(await send(await shell.enter(), body)).toBe(400);
});

/** @returns the tickets of what is wanted, one after the other. */
async function listen(secrets: Readonly<Record<string, string>>): Promise<() => Promise<string>> {
  const next = await listenTo(shell.begin('GET', '/bridge-events', secrets));
  return async () => ((await next()).data as { ticket: string }).ticket;
}

async function send(secrets: Readonly<Record<string, string>>, body: string): Promise<number> {
  const response = await fetch(`${shell.address}/bridge-contents`, {
    method: 'POST',
    headers: secrets,
    body,
  });
  await response.text();
  return response.status;
}
