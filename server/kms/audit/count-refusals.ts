import { randomId } from '../../../core/crypto/random.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { Call } from '../../platform/http/call.ts';

interface Refusal {
  readonly actor: string;
  readonly operation: string;
  readonly refused: ErrorCode;
}

/** Refusals, while nobody is known, of whoever showed nothing that held: tokens that do not verify, a wrong ticket. */
const UNKNOWN_CODES: ReadonlySet<ErrorCode> = new Set([
  'AUTHENTICATION_INVALID',
  'AUTHORIZATION_INVALID',
  'ISSUER_UNAVAILABLE',
  'ENROLMENT_REFUSED',
]);

/** Refusals that ask neither for a token nor for the work of a password. */
const FREE_CODES: Readonly<Record<string, ReadonlySet<ErrorCode>>> = {
  register: new Set([
    'SETUP_REQUIRED',
    'SETUP_CODE_REFUSED',
    'REGISTRATION_CLOSED',
    'INVITATION_REFUSED',
    'LOGIN_THROTTLED',
  ]),
  login: new Set(['LOGIN_THROTTLED']),
  'begin-reset-authenticator': new Set(['LOGIN_THROTTLED']),
};

/**
 * Whether a refusal is counted, rather than an entry of its own: nobody had shown anything yet that held, so anyone who
 * reaches this server could fill its disk with such entries (docs/decisions/0028-audit-log.md has the list).
 */
export function isCounted({ actor, operation, refused }: Refusal): boolean {
  if (FREE_CODES[operation]?.has(refused)) return true;
  return actor === '' && UNKNOWN_CODES.has(refused);
}

/** The entry that stands for them; the name is of somebody whose login has ended. */
const COUNTED = { operation: 'unknown-caller', refused: 'AUTHENTICATION_INVALID' } as const;
type CountedRefusals = Refusal & { readonly count: number; readonly call: Call };

interface Counted {
  readonly address: string;
  readonly actor: string;
  readonly count: number;
}

/** Counts by address and name. */
export interface RefusalCounter {
  count(call: Call, actor?: string): void;
  /** Writes an entry for each of them that anything was counted of since; durable once it resolves. */
  keep(): Promise<void>;
}

/** Beyond so many callers at a time, the rest is counted together. */
const MOST_CALLERS = 1000;
/** Stands for all of the rest. */
const OTHERS = 'others';

/** @param appendAll as `AuditLog` has it. */
export function createRefusalCounter(
  appendAll: (entries: readonly CountedRefusals[]) => Promise<void>,
): RefusalCounter {
  let counts = new Map<string, Counted>();

  function add({ address, actor, count }: Counted): void {
    const key = JSON.stringify([address, actor]);
    const isOther = !counts.has(key) && counts.size >= MOST_CALLERS;
    const counted = isOther ? { address: OTHERS, actor: '' } : { address, actor };
    const place = isOther ? OTHERS : key;
    counts.set(place, { ...counted, count: (counts.get(place)?.count ?? 0) + count });
  }

  return {
    count: ({ address }, actor = '') => add({ address, actor, count: 1 }),
    async keep() {
      const taken = counts;
      if (taken.size === 0) return;
      counts = new Map();
      try {
        await appendAll(
          [...taken.values()].map(({ address, actor, count }) => ({
            ...COUNTED,
            ...{ actor, count },
            call: { requestId: randomId(), address },
          })),
        );
      } catch (error) {
        // They are kept with the next ones.
        for (const counted of taken.values()) add(counted);
        throw error;
      }
    },
  };
}
