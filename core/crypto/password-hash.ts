import { hash, verify } from '@node-rs/argon2';

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
export async function createPasswordHasher(cost: PasswordCost = PASSWORD_COST): Promise<PasswordHasher> {
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

  const nobody = await hash('nobody', options);
  return {
    hash: (password) => inTurn(() => hash(password.normalize('NFKC'), options)),
    verify: (password, stored) =>
      inTurn(async () => {
        const matches = await verify(stored ?? nobody, password.normalize('NFKC'));
        return matches && stored !== undefined;
      }),
  };
}
