import type { Schedule } from '../../../core/schedule.ts';
import type { BridgeError, ServerState } from '../../../shared/bridge/state.ts';
import { type ErrorCode, isErrorCode } from '../../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import type { Agent } from '../../agent.ts';
import { checkIdentity } from '../../servers/check-identity.ts';
import { bridgeErrorOf } from '../bridge-error.ts';

/** Servers that were reached. */
export interface Opened {
  readonly agent: Agent;
  /** Resolves when the servers died unasked. */
  readonly ended: Promise<void>;
  /** Whether servers that no longer answer are to be opened anew. */
  readonly isReplaceable: boolean;
  close(): Promise<void>;
}

type Health = Pick<ServerState, 'state' | 'error'>;
interface BothHealths {
  readonly kms: Health;
  readonly cloud: Health;
}

/**
 * `opening → connected ⇄ opening | lost → opening`; `closed` from anywhere. Connected, each server is `answering` or
 * `away` by itself. `lost` and `away` come to an end by trying again, after 1, 2, 4 … 30 s.
 */
type ConnectionState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'lost'; readonly error: unknown }
  | { readonly kind: 'connected'; readonly opened: Opened; readonly health: BothHealths }
  | { readonly kind: 'closed' };

export interface ConnectionParts {
  open(): Promise<Opened>;
  readonly schedule: Schedule;
  changed(): void;
  report(error: unknown): void;
}

const ANSWERING: Health = { state: 'answering', error: null };
const STARTING: Health = { state: 'starting', error: null };
const CHECK_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** Another server under the old address must get nothing; any other trouble shows when it is called. */
const NOT_TO_BE_CALLED: ReadonlySet<string> = new Set<ErrorCode>([
  'SERVER_IDENTITY_CHANGED',
  'SERVER_NOT_SEALKEEP',
]);

export type Connection = ReturnType<typeof createConnection>;

/**
 * Keeps the connection to a pair of servers.
 * @param first servers that were opened already; without them it begins by opening.
 */
export function createConnection(parts: ConnectionParts, first?: Opened) {
  let state: ConnectionState = first ? connected(first) : { kind: 'opening' };
  let failures = 0;
  let unschedule: () => void = () => undefined;
  let working: Promise<void> | undefined;
  let closing: Promise<void> = Promise.resolve();

  function become(next: ConnectionState): void {
    state = next;
    parts.changed();
  }

  function later(ms: number, work: () => Promise<void>): void {
    unschedule();
    unschedule = parts.schedule(ms, () => void alone(work));
  }

  /** One look at the servers after the other. */
  function alone(work: () => Promise<void>): Promise<void> {
    const mine: Promise<void> = (working ?? Promise.resolve())
      .then(work)
      .catch(parts.report)
      .finally(() => {
        if (working === mine) working = undefined;
      });
    working = mine;
    return mine;
  }

  function retryMs(): number {
    failures += 1;
    return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
  }

  async function open(): Promise<void> {
    if (isClosed()) return;
    try {
      await closing;
      const opened = await parts.open();
      if (isClosed()) await opened.close();
      else {
        become(connected(opened));
        watch(opened);
      }
    } catch (error) {
      if (!isSealkeepError(error)) parts.report(error);
      if (isClosed()) return;
      become({ kind: 'lost', error });
      later(retryMs(), open);
    }
  }

  function watch(opened: Opened): void {
    failures = 0;
    void opened.ended.then(() => {
      const isOurs = state.kind === 'connected' && state.opened === opened;
      if (isOurs) lose(opened, unreachable(opened));
    });
    later(CHECK_MS, check);
  }

  /** Servers that are gone are opened anew, once what is left of them is closed. */
  function lose(opened: Opened, error: unknown): void {
    become({ kind: 'lost', error });
    closing = opened.close().catch(parts.report);
    later(retryMs(), open);
  }

  async function check(): Promise<void> {
    if (state.kind !== 'connected') return;
    const { opened } = state;
    const { jobs, servers } = opened.agent;
    const [kms, cloud] = await Promise.all([
      checkIdentity(jobs.kms, servers.kms).then(() => ANSWERING, awayBy),
      checkIdentity(jobs.cloud, servers.cloud).then(() => ANSWERING, awayBy),
    ]);
    if (state.kind !== 'connected' || state.opened !== opened) return;
    const away = [kms, cloud].find((one) => one.state === 'away');
    if (away && opened.isReplaceable) return lose(opened, unreachable(opened));
    if (!away) failures = 0;
    const isSame = sameHealth(state.health.kms, kms) && sameHealth(state.health.cloud, cloud);
    if (!isSame) become({ kind: 'connected', opened, health: { kms, cloud } });
    later(away ? retryMs() : CHECK_MS, check);
  }

  function isClosed(): boolean {
    return state.kind === 'closed';
  }

  if (first) watch(first);
  else void alone(open);

  return {
    health(): BothHealths {
      switch (state.kind) {
        case 'connected':
          return state.health;
        case 'lost':
          return lostHealth(state.error);
        default:
          return { kms: STARTING, cloud: STARTING };
      }
    },
    /**
     * The agent, once it is connected.
     * @throws SealkeepError SERVER_* where the servers are away, and what opening them threw.
     */
    async agent(): Promise<Agent> {
      if (state.kind === 'opening') await working;
      if (state.kind === 'lost') throw state.error;
      if (state.kind !== 'connected') throw new SealkeepError('NOT_LOGGED_IN');
      for (const { error } of [state.health.kms, state.health.cloud]) {
        if (error && NOT_TO_BE_CALLED.has(error.code) && isErrorCode(error.code))
          throw new SealkeepError(error.code, error.details);
      }
      return state.opened.agent;
    },
    /** A call did not get through: looks at once. */
    suspect(): void {
      if (state.kind === 'connected' && !working) void alone(check);
    },
    async close(): Promise<void> {
      const before = state;
      state = { kind: 'closed' };
      unschedule();
      if (before.kind === 'connected') await before.opened.close();
      await working;
      await closing;
    },
  };
}

function connected(opened: Opened): ConnectionState {
  return { kind: 'connected', opened, health: { kms: ANSWERING, cloud: ANSWERING } };
}

function awayBy(error: unknown): Health {
  return { state: 'away', error: bridgeErrorOf(error) };
}

function unreachable({ agent }: Opened): SealkeepError {
  return new SealkeepError('SERVER_UNREACHABLE', { service: 'KMS', url: agent.servers.kms.address });
}

/** Which of the two an error speaks of; of the other nothing is known. */
function lostHealth(error: unknown): BothHealths {
  const away = awayBy(error);
  const service = isSealkeepError(error) ? error.details['service'] : undefined;
  return {
    kms: service === 'cloud' ? STARTING : away,
    cloud: service === 'KMS' ? STARTING : away,
  };
}

function sameHealth(left: Health, right: Health): boolean {
  return left.state === right.state && sameError(left.error, right.error);
}

function sameError(left: BridgeError | null, right: BridgeError | null): boolean {
  return left?.code === right?.code;
}
