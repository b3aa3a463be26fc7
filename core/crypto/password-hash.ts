import { hash, verify } from '@node-rs/argon2';
import { takeRandomBytes } from './random-bytes.ts';

/** argon2id's cost. `memory` in KiB. */
export interface PasswordCost {
  readonly memory: number;
  readonly passes: number;
}

/** RFC 9106's second choice, on one lane: about 0.15 s on the machines that this runs on. */
export const PASSWORD_COST: PasswordCost = { memory: 64 * 1024, passes: 3 };
const AT_ONCE = 2;
export const ARGON2ID = 2;

export interface PasswordHasher {
  /** PHC text of the password in NFKC. */
  hash(password: string): Promise<string>;
  /** False where no hash is given, after the same work. */
  verify(password: string, stored: string | undefined): Promise<boolean>;
}

/**
 * argon2id, at most two at a time: each takes 64 MiB and a core, and a crowd at the door must not take all of them.
 */
export function createPasswordHasher(cost: PasswordCost = PASSWORD_COST): PasswordHasher {
  const options = { algorithm: ARGON2ID, memoryCost: cost.memory, timeCost: cost.passes, parallelism: 1 };
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  const nobody = hashOfNothing(cost);
  return {
    hash: (password) => inTurn(() => hash(password.normalize('NFKC'), options)),
    verify: (password, stored) =>
      inTurn(async () => {
        const matches = await verify(stored ?? nobody, password.normalize('NFKC'));
        return matches && stored !== undefined;
      }),
  };
}

/** What no password has: verifying takes the work that any other takes, making it takes none. */
function hashOfNothing({ memory, passes }: PasswordCost): string {
  const text = (bytes: number) => takeRandomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${text(16)}$${text(32)}`;
}
