import { afterAll, beforeAll, expect, test } from 'vitest';
import { mountedIn } from '../support/live-endpoints.ts';
import { CALLER_ROWS } from './caller-rows.ts';
import { CALLERS, type Caller, startCallerWorld } from './caller-world.ts';
import { kaclsCode } from './people.ts';
import type { TestAnswer } from './start-test-kms.ts';

let world: Awaited<ReturnType<typeof startCallerWorld>>;
beforeAll(async () => {
  world = await startCallerWorld();
});
afterAll(() => world.close());

/** OK, or the code of a refusal of either shape. */
function answerOf(answer: TestAnswer): string {
  return answer.status < 400 ? 'OK' : (answer.code ?? kaclsCode(answer) ?? '');
}

test('every endpoint that the KMS mounts is in the table, once', () => {
  const mounted = mountedIn(world.kms.app()).map(({ method, path }) => `${method} ${path}`);
  expect(CALLER_ROWS.map(([method, path]) => `${method} ${path}`).sort()).toEqual(mounted.sort());
});

test.each(CALLER_ROWS)('%s %s', async (method, path, input, expected) => {
  const answers: Partial<Record<Caller, string>> = {};
  for (const caller of CALLERS) {
    const { params = {}, query = '', body } = await input(world.worldOf(caller));
    const where = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    answers[caller] = answerOf(await world.call(caller, method, where + query, body));
  }
  expect(answers).toEqual(expected);
});
