import { setTimeout as delay } from 'node:timers/promises';
import { generateSync } from 'otplib';

const STEP_MS = 30_000;
/** A code that runs out sooner than this may do so before the KMS sees it. */
const MARGIN_MS = 5_000;

/** A person's phone: gives codes, each good once, as long as the KMS takes one. */
export interface Authenticator {
  /**
   * A code that was not given yet: the step before the present one first, then on to the one after it. At the end of a
   * step it may have to wait for the next one; where it would be longer than that a test takes too many.
   */
  code(): Promise<string>;
  /** Six digits that are no code of these minutes. */
  wrongCode(): string;
}

export function createAuthenticator(otpUri: string): Authenticator {
  const secret = new URL(otpUri).searchParams.get('secret') ?? '';
  const codeOf = (step: number) => generateSync({ secret, epoch: (step * STEP_MS) / 1000 });
  const stepAt = (time: number) => Math.floor(time / STEP_MS);
  let lastStep = 0;
  return {
    async code() {
      const now = Date.now();
      const step = Math.max(lastStep + 1, stepAt(now + MARGIN_MS) - 1);
      const wait = (step - 1) * STEP_MS - now;
      if (wait > MARGIN_MS) throw new Error('all codes of this minute are used; take a recovery code');
      lastStep = step;
      if (wait > 0) await delay(wait);
      return codeOf(step);
    },
    wrongCode() {
      const good = [-3, -2, -1, 0, 1, 2, 3, 4].map((offset) => codeOf(stepAt(Date.now()) + offset));
      const digits = Array.from({ length: 9 }, (_, digit) => String(digit).repeat(6));
      return digits.find((one) => !good.includes(one)) ?? '';
    },
  };
}
