import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrol, startTestKms, type TestKms } from '../../../test/kms/start-test-kms.ts';

let kms: TestKms;
beforeAll(async () => {
  kms = await startTestKms();
});
afterAll(() => kms.close());

/** What happens, in order: seconds pass, or a token is offered and gives the next one (by its place) or nothing. */
type Step = { wait: number } | { offer: number; gives: boolean };

const RULES: readonly { readonly rule: string; readonly steps: readonly Step[] }[] = [
  {
    rule: 'each token gives the next',
    steps: [
      { offer: 0, gives: true },
      { offer: 1, gives: true },
      { wait: 86_400 },
      { offer: 2, gives: true },
    ],
  },
  {
    rule: 'one whose answer was lost gives another successor, more than once',
    steps: [
      { offer: 0, gives: true },
      { wait: 30 },
      { offer: 0, gives: true },
      { offer: 0, gives: true },
      { offer: 3, gives: true },
    ],
  },
  {
    rule: 'after 30 s a used one ends the family',
    steps: [{ offer: 0, gives: true }, { wait: 31 }, { offer: 0, gives: false }, { offer: 1, gives: false }],
  },
  {
    rule: 'the 30 s run from the first use, not from the newest',
    steps: [
      { offer: 0, gives: true },
      { wait: 20 },
      { offer: 0, gives: true },
      { wait: 20 },
      { offer: 0, gives: false },
      { offer: 2, gives: false },
    ],
  },
  {
    rule: 'once its successor was used, a used one ends the family',
    steps: [
      { offer: 0, gives: true },
      { offer: 1, gives: true },
      { offer: 0, gives: false },
      { offer: 2, gives: false },
    ],
  },
  {
    rule: 'a successor that another one replaced ends the family',
    steps: [
      { offer: 0, gives: true },
      { offer: 0, gives: true },
      { offer: 1, gives: false },
      { offer: 2, gives: false },
    ],
  },
];

describe('refresh tokens', () => {
  test.each(RULES.map((row, index) => ({ ...row, index })))('$rule', async ({ steps, index }) => {
    const { confirmed } = await enrol(kms, `person-${index}`);
    const tokens: unknown[] = [confirmed.refresh_token];
    for (const step of steps) {
      if ('wait' in step) {
        kms.advance(step.wait);
        continue;
      }
      const answer = await kms.post('/refresh', { refresh_token: tokens[step.offer] });
      expect(answer.code).toBe(step.gives ? undefined : 'REFRESH_REFUSED');
      if (step.gives) tokens.push(answer.data['refresh_token']);
    }
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  test('an ended family is out at the bearer endpoints too', async () => {
    const { confirmed } = await enrol(kms, 'thief');
    const { refresh_token, access_token: bearer } = confirmed;
    await kms.post('/refresh', { refresh_token });
    kms.advance(31);
    expect((await kms.call('GET', '/logins', { bearer })).status).toBe(200);
    await kms.post('/refresh', { refresh_token });
    expect((await kms.call('GET', '/logins', { bearer })).code).toBe('AUTHENTICATION_INVALID');
  });

  test('offered twice at the same moment, one of the two successors is alive', async () => {
    const { confirmed } = await enrol(kms, 'twice');
    const offer = () => kms.post('/refresh', { refresh_token: confirmed.refresh_token });
    const [first, second] = await Promise.all([offer(), offer()]);
    const successors = [first, second].map((answer) => answer?.data['refresh_token']);
    expect(new Set(successors).size).toBe(2);
    const given: boolean[] = [];
    for (const refresh_token of successors) {
      given.push((await kms.post('/refresh', { refresh_token })).status === 200);
    }
    // Whichever answer came second holds the living one; the other's token ends the family.
    expect(given.filter(Boolean).length).toBeLessThanOrEqual(1);
    for (const refresh_token of successors) {
      expect((await kms.post('/refresh', { refresh_token })).code).toBe('REFRESH_REFUSED');
    }
  });

  test('one that nobody has is refused', async () => {
    expect((await kms.post('/refresh', { refresh_token: 'A'.repeat(43) })).code).toBe('REFRESH_REFUSED');
    expect((await kms.post('/logout', { refresh_token: 'A'.repeat(43) })).status).toBe(200);
    expect((await kms.post('/refresh', { refresh_token: 'A' })).code).toBe('REQUEST_INVALID');
  });
});
