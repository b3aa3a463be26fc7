import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAtRest } from '../../../core/crypto/at-rest.ts';
import { randomId, randomToken } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { testConfig } from '../../../test/kms/start-test-kms.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';
import { createLiveSessions } from './live-sessions.ts';
import { removeEnded } from './remove-ended.ts';
import { SEQ_WINDOW } from './seq-window.ts';
import { SESSION_LIMITS } from './session-limits.ts';

let folder: string;
let database: KmsDatabase;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-sessions-'));
  database = openSqlite<KmsSchema>(path.join(folder, 'kms.sqlite'));
  await migrate(database, KMS_MIGRATIONS);
});
afterAll(async () => {
  await database.destroy();
  await rm(folder, { recursive: true });
});

const atRest = createAtRest(Secret.random(32));
const ADDRESS = '192.0.2.1';
/** As a server that has just started over that database would keep them. */
const fresh = (maxKept?: number) =>
  createLiveSessions(
    { database, atRest, config: testConfig(folder), now: () => new Date(1_000_000) },
    maxKept,
  );

const SESSIONS = 5;
/** Numbers as they come in, each for one of the sessions; many at once, far apart and twice. */
const arrivals = fc.array(
  fc.record({
    of: fc.integer({ min: 0, max: SESSIONS - 1 }),
    seq: fc.oneof(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: SEQ_WINDOW - 5, max: 2 * SEQ_WINDOW + 5 }),
    ),
  }),
  { minLength: 1, maxLength: 60 },
);

test('with room for two of five, at once and over kills and stops, no number is taken twice', async () => {
  const steps = fc.array(fc.tuple(arrivals, fc.constantFrom('go on', 'stop', 'kill')), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(steps, async (rounds) => {
      let sessions = fresh(2);
      const tokens = Array.from({ length: SESSIONS }, randomToken);
      for (const token of tokens) await sessions.start(randomId(), token, Secret.random(32), ADDRESS);
      const taken: string[] = [];
      for (const [arriving, end] of rounds) {
        await Promise.all(
          arriving.map(async ({ of, seq }) => {
            const session = await sessions.byToken(tokens[of] ?? '');
            if (await sessions.take(session, seq)) taken.push(`${of} ${seq}`);
          }),
        );
        if (end === 'stop') await sessions.close();
        if (end !== 'go on') sessions = fresh(2);
      }
      expect(new Set(taken).size).toBe(taken.length);
      // Whatever happened, each goes on above.
      for (const token of tokens) {
        expect(await sessions.take(await sessions.byToken(token), 5 * SEQ_WINDOW)).toBe(true);
      }
    }),
    { numRuns: 25 },
  );
});

test('one that left memory and came back goes on where it was', async () => {
  const sessions = fresh(1);
  const [one, other] = [randomToken(), randomToken()];
  for (const token of [one, other]) await sessions.start(randomId(), token, Secret.random(32), ADDRESS);
  for (let seq = 1; seq < 20; seq += 1) {
    for (const token of [one, other]) {
      expect(await sessions.take(await sessions.byToken(token), seq)).toBe(true);
      expect(await sessions.take(await sessions.byToken(token), seq)).toBe(false);
    }
  }
});

test('the number that equals the floor raises it first: after a kill it is not taken again', async () => {
  const token = randomToken();
  const sessions = fresh();
  await sessions.start(randomId(), token, Secret.random(32), ADDRESS);
  const floor = 1 + SEQ_WINDOW;
  expect(await sessions.take(await sessions.byToken(token), floor)).toBe(true);
  const restarted = fresh();
  expect(await restarted.take(await restarted.byToken(token), floor)).toBe(false);
});

describe('how many there may be', () => {
  const LIMIT = { code: 'SESSION_LIMIT', details: { retry_after: 60 } };
  const of = (live: number, liveOfAddress: number) =>
    createLiveSessions(
      { database, atRest, config: testConfig(folder), now: () => new Date(time) },
      undefined,
      { ...SESSION_LIMITS, live, liveOfAddress },
    );
  let time = 0;
  const begin = (sessions: ReturnType<typeof fresh>, address: string) =>
    sessions.start(randomId(), randomToken(), Secret.random(32), address);
  const remove = (sessions: ReturnType<typeof fresh>) =>
    removeEnded({ database, sessions, now: () => new Date(time) });

  beforeEach(async () => {
    // What the tests before left has ended by then.
    time += 10_000_000;
    await remove(fresh());
  });

  test('of one address; others go on, and what has ended makes room once it is removed', async () => {
    const sessions = of(100, 2);
    await begin(sessions, 'one');
    await begin(sessions, 'one');
    await expect(begin(sessions, 'one')).rejects.toMatchObject(LIMIT);
    await begin(sessions, 'other');
    time += 900_000;
    await remove(sessions);
    await begin(sessions, 'one');
  });

  test('in all, also those of a process before, and of many at once', async () => {
    await begin(of(3, 100), 'one');
    const sessions = of(3, 100);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => begin(sessions, `${index}`)),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(4);
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: LIMIT });
    time += 900_000;
    await begin(sessions, 'one');
  });
});
