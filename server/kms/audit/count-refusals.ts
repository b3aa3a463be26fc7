import { randomId } from '../../../core/crypto/random.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { Call } from '../../platform/http/call.ts';

interface Refusal {
  readonly actor: string;
  readonly operation: string;
  readonly refused: ErrorCode;
}

/** Refusals of whoever showed nothing that held: of tokens that do not verify. */
const TOKEN_CODES: ReadonlySet<ErrorCode> = new Set([
  'AUTHENTICATION_INVALID',
  'AUTHORIZATION_INVALID',
  'ISSUER_UNAVAILABLE',
  'REFRESH_REFUSED',
]);

/** Refusals that ask neither for a token nor for the work of a password. */
const FREE_CODES: Readonly<Record<string, ReadonlySet<ErrorCode>>> = {
  register: new Set(['SETUP_REQUIRED', 'SETUP_CODE_REFUSED', 'REGISTRATION_CLOSED', 'INVITATION_REFUSED']),
  login: new Set(['LOGIN_THROTTLED']),
  'begin-reset-authenticator': new Set(['LOGIN_THROTTLED']),
};

/**
 * Whether a refusal is counted, rather than an entry of its own: nobody had shown anything yet that held, so anyone who
 * reaches this server could fill its disk with such entries (docs/decisions/0028-audit-log.md has the list).
 */
export function isCounted({ actor, operation, refused }: Refusal): boolean {
  if (refused === 'ENROLMENT_REFUSED') return true;
  if (FREE_CODES[operation]?.has(refused)) return true;
  return actor === '' && TOKEN_CODES.has(refused);
}

/** The entry that stands for them. */
const COUNTED = { actor: '', operation: 'unknown-caller', refused: 'AUTHENTICATION_INVALID' } as const;
type CountedRefusals = Refusal & { readonly count: number; readonly call: Call };

/** Counts by address. */
export interface RefusalCounter {
  count(call: Call): void;
  /** Writes an entry for each address that anything was counted of since; durable once it resolves. */
  keep(): Promise<void>;
}

/** Beyond so many addresses at a time, the rest is counted together. */
const MOST_ADDRESSES = 1000;
/** Stands for all of the rest. */
const OTHERS = 'others';

/** @param appendAll as `AuditLog` has it. */
export function createRefusalCounter(
  appendAll: (entries: readonly CountedRefusals[]) => Promise<void>,
): RefusalCounter {
  let counts = new Map<string, number>();

  function add(address: string, times: number): void {
    const name = counts.has(address) || counts.size < MOST_ADDRESSES ? address : OTHERS;
    counts.set(name, (counts.get(name) ?? 0) + times);
  }

  return {
    count: ({ address }) => add(address, 1),
    async keep() {
      const taken = counts;
      if (taken.size === 0) return;
      counts = new Map();
      try {
        await appendAll(
          [...taken].map(([address, count]) => ({
            ...COUNTED,
            count,
            call: { requestId: randomId(), address },
          })),
        );
      } catch (error) {
        // They are kept with the next ones.
        for (const [address, times] of taken) add(address, times);
        throw error;
      }
    },
  };
}
