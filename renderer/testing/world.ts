import type { CloudFile, Share } from '../../shared/api/cloud/files.ts';
import type { Invitation, UserReply } from '../../shared/api/kms/administration.ts';
import type { Login } from '../../shared/api/kms/identity.ts';
import type { KeyReply } from '../../shared/api/kms/keys.ts';
import type { ActivityEntry } from '../../shared/bridge/activity-calls.ts';
import type { BridgeCallName, BridgeInput, BridgeOutput } from '../../shared/bridge/calls.ts';
import type { Reach } from '../../shared/bridge/carrier.ts';
import type { AppState, BridgeError, Job, JobKind } from '../../shared/bridge/state.ts';

/** What a fake agent knows. A scene changes what it needs. */
export interface World {
  state: AppState;
  mine: CloudFile[];
  shared: CloudFile[];
  shares: Share[];
  keys: KeyReply[];
  activity: ActivityEntry[];
  people: UserReply[];
  invitations: Invitation[];
  logins: Login[];
  jobs: Job[];
  /** Calls that fail, and how. */
  refuse: Partial<Record<BridgeCallName, BridgeError>>;
  /** Calls that never come back. */
  hang: BridgeCallName[];
  /** Tells the page whether it reaches the agent; there once it listens. */
  tellReach?: (reach: Reach) => void;
  /** Whether jobs go on by themselves. */
  isMoving: boolean;
}

export type Handlers = {
  readonly [Name in BridgeCallName]: (input: BridgeInput<Name>) => BridgeOutput<Name>;
};

/** What the fake's handlers stand on. */
export interface FakeParts {
  readonly world: World;
  change(part: Partial<AppState>): void;
  nextId(): string;
  /** @returns the job's id. */
  begin(kind: JobKind, name: string, total: number, files?: number): string;
}

export class Refusal extends Error {
  readonly error: BridgeError;
  constructor(code: BridgeError['code'], details: BridgeError['details'] = {}) {
    super(code);
    this.error = { code, details };
  }
}

/** The code that no fake authenticator shows. */
const WRONG_CODE = '000000';

/** @throws Refusal */
export function assertCode(code: string | undefined, refusal: BridgeError['code'] = 'CODE_REFUSED'): void {
  if (code === WRONG_CODE) throw new Refusal(refusal);
}
