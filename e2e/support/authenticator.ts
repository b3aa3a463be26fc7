import { generateSync } from 'otplib';

const STEP_SECONDS = 30;

/** A person's phone: gives codes, each good once, as long as the KMS takes one. */
export interface Authenticator {
  /** A code that was not given yet: the step before the present one first, then on to the one after it. */
  code(): string;
  /** Six digits that are no code of these minutes. */
  wrongCode(): string;
}

export function createAuthenticator(otpUri: string): Authenticator {
  const secret = new URL(otpUri).searchParams.get('secret') ?? '';
  const codeOf = (step: number) => generateSync({ secret, epoch: step * STEP_SECONDS });
  const presentStep = () => Math.floor(Date.now() / 1000 / STEP_SECONDS);
  let lastStep = 0;
  return {
    code() {
      const step = Math.max(lastStep + 1, presentStep() - 1);
      if (step > presentStep() + 1)
        throw new Error('all codes of this minute are used; take a recovery code');
      lastStep = step;
      return codeOf(step);
    },
    wrongCode() {
      const good = [-3, -2, -1, 0, 1, 2, 3, 4].map((offset) => codeOf(presentStep() + offset));
      return (
        Array.from({ length: 9 }, (_, digit) => String(digit).repeat(6)).find((one) => !good.includes(one)) ??
        ''
      );
    },
  };
}
