import { create } from 'zustand';
import type { BridgeOutput } from '../../shared/bridge/calls.ts';
import type { BridgeError, EnrolmentPurpose } from '../../shared/bridge/state.ts';

export const PANELS = ['files', 'cloud', 'shared', 'keys', 'activity', 'people', 'settings'] as const;
export type Panel = (typeof PANELS)[number];

/**
 * Where the person is on the way in. `start` is what the agent's state says: the choice of servers, then the login or,
 * where nobody ever logged in, the account. `authenticator → recovery` follow an account, the code of an administrator, or
 * the wish of who is logged in; `start` again ends them.
 */
type Entry =
  | { readonly step: 'start' }
  | { readonly step: 'join' }
  | { readonly step: 'account' }
  | { readonly step: 'login' }
  | { readonly step: 'reset' }
  | { readonly step: 'approval'; readonly user: string }
  | Exclude<Enrolment, { step: 'recovery' }>
  | (Omit<Extract<Enrolment, { step: 'recovery' }>, 'purpose'> & { readonly purpose: RecoveryPurpose });

type Enrolment = BridgeOutput<'account.enrolment'>;
/** Why recovery codes are shown: by an enrolment, or because the person wanted new ones. */
export type RecoveryPurpose = EnrolmentPurpose | 'codes';

/** Whether the step shows what has to be kept first. */
export const holdsSecret = ({ entry: { step } }: Pick<ViewData, 'entry'>): boolean =>
  step === 'authenticator' || step === 'recovery';

interface Toast {
  readonly id: number;
  readonly text: string;
}

interface ViewData {
  readonly panel: Panel;
  readonly entry: Entry;
  /** Said at the login: it ended by itself. */
  readonly hasLoginEnded: boolean;
  /** The person is logging out: the end of the login is no news. */
  readonly isLeaving: boolean;
  /** Why the last logout failed. */
  readonly leavingError: BridgeError | null;
  readonly toasts: readonly Toast[];
  /** What screen readers hear next, politely. */
  readonly announcement: string;
}

interface ViewStore extends ViewData {
  show(panel: Panel): void;
  /** Replaces the step, and with it the secret or the codes that the last one held. */
  enter(entry: Entry): void;
  leave(): void;
  failLeaving(error: BridgeError): void;
  /** The person is still here, and was told why. */
  stay(): void;
  noticeLogin(isLoggedIn: boolean): void;
  toast(text: string): void;
  dismiss(id: number): void;
  announce(text: string): void;
  reset(): void;
}

const INITIAL: ViewData = {
  panel: 'files',
  entry: { step: 'start' },
  hasLoginEnded: false,
  isLeaving: false,
  leavingError: null,
  toasts: [],
  announcement: '',
};
const TOASTS = 3;
let lastToast = 0;

export const useViewStore = create<ViewStore>()((set) => ({
  ...INITIAL,
  show: (panel) => set({ panel }),
  enter: (entry) => set({ entry }),
  leave: () => set({ isLeaving: true, leavingError: null }),
  stay: () => set({ isLeaving: false }),
  failLeaving: (leavingError) => set({ isLeaving: false, leavingError }),
  noticeLogin: (isLoggedIn) =>
    set(({ isLeaving }) => ({
      hasLoginEnded: !isLoggedIn && !isLeaving,
      isLeaving: false,
      leavingError: null,
    })),
  toast: (text) => {
    lastToast += 1;
    const toast = { id: lastToast, text };
    set(({ toasts }) => ({ toasts: [...toasts, toast].slice(-TOASTS) }));
  },
  dismiss: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
  announce: (announcement) => set({ announcement }),
  reset: () => set(INITIAL),
}));
