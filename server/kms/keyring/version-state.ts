import { SealkeepError } from '../../../shared/errors/error.ts';

/**
 * The life of one version of a KEK (docs/key-versions.md):
 *
 *     active ──supersede──► readable ──retire──► retired
 *                              ▲  │                 │
 *                        enable│  │disable          │disable
 *                              │  ▼                 ▼
 *                            disabled ◄─────────────┘
 *                              ▲  │ schedule (also from retired)
 *                       cancel │  ▼
 *                        destruction_scheduled ──destroy──► destroyed
 */
export type VersionStatus =
  | 'active'
  | 'readable'
  | 'retired'
  | 'disabled'
  | 'destruction_scheduled'
  | 'destroyed';

export interface VersionState {
  readonly status: VersionStatus;
  /** Milliseconds since 1970: until when a readable version is in its grace period, or when one is to be destroyed. */
  readonly dueAt: number | null;
}

/** What may happen to a version. `needed` is its census: how many wrapped keys hang on it. */
export type VersionEvent =
  | { readonly kind: 'supersede'; readonly dueAt: number }
  | { readonly kind: 'retire'; readonly needed: number }
  | { readonly kind: 'disable' }
  | { readonly kind: 'enable'; readonly dueAt: number }
  | { readonly kind: 'schedule-destruction'; readonly dueAt: number; readonly needed: number }
  | { readonly kind: 'cancel-destruction' }
  | { readonly kind: 'destroy'; readonly at: number; readonly needed: number };

/** Statuses that each event starts from. */
const FROM: Readonly<Record<VersionEvent['kind'], readonly VersionStatus[]>> = {
  supersede: ['active'],
  retire: ['readable'],
  disable: ['readable', 'retired'],
  enable: ['disabled'],
  'schedule-destruction': ['retired', 'disabled'],
  'cancel-destruction': ['destruction_scheduled'],
  destroy: ['destruction_scheduled'],
};

/** The statuses that open what hangs on a version (DESIGN.md, invariant 2). */
export const OPENING: readonly VersionStatus[] = ['active', 'readable', 'retired'];

/** The statuses whose wrapped keys can be rewrapped. */
export const REWRAPPING: readonly VersionStatus[] = [...OPENING, 'disabled'];

/**
 * The one way that a version's state changes.
 * @throws SealkeepError KEY_VERSION_STATE where the event does not go with the status, or comes before its time;
 *   KEY_VERSION_NEEDED with the number of wrapped keys that would be lost.
 */
export function transition(state: VersionState, event: VersionEvent): VersionState {
  if (!FROM[event.kind].includes(state.status)) throw refusal(state);
  switch (event.kind) {
    case 'supersede':
    case 'enable':
      return { status: 'readable', dueAt: event.dueAt };
    case 'retire':
      assertUnneeded(event.needed);
      return { status: 'retired', dueAt: null };
    case 'disable':
    case 'cancel-destruction':
      return { status: 'disabled', dueAt: null };
    case 'schedule-destruction':
      assertUnneeded(event.needed);
      return { status: 'destruction_scheduled', dueAt: event.dueAt };
    case 'destroy':
      if (state.dueAt === null || event.at < state.dueAt) throw refusal(state);
      assertUnneeded(event.needed);
      return { status: 'destroyed', dueAt: null };
  }
}

function assertUnneeded(needed: number): void {
  if (needed > 0) throw new SealkeepError('KEY_VERSION_NEEDED', { count: needed });
}

function refusal({ status }: VersionState): SealkeepError {
  return new SealkeepError('KEY_VERSION_STATE', { status });
}
