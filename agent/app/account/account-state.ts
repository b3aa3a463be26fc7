import type { Notice } from '../../../shared/api/kms/identity.ts';
import type { UserRole } from '../../../shared/api/kms/user-role.ts';
import type { BridgeOutput } from '../../../shared/bridge/calls.ts';
import type { EnrolmentPurpose } from '../../../shared/bridge/state.ts';

/** An authenticator that was shown and not confirmed yet. */
export interface Enrolment {
  readonly ticket: string;
  readonly enrolment: BridgeOutput<'account.register'>;
}

/**
 * Who is at the window: `out → enrolling → enrolled → in`, or `out → in` by a login; `out` again by logging out and by
 * a login that ends. Another authenticator leads from `in` over `enrolled` to `out`. A login that an earlier launch kept
 * does not count: each launch asks.
 */
export type AccountState =
  | { readonly kind: 'out' }
  | ({
      readonly kind: 'enrolling';
      readonly user: string;
      readonly purpose: Exclude<EnrolmentPurpose, 'renew'>;
    } & Enrolment)
  /** The person has not said yet that the recovery codes are kept. */
  | {
      readonly kind: 'enrolled';
      readonly user: string;
      readonly purpose: EnrolmentPurpose;
      readonly codes: readonly string[];
      /** Only where the window is next they are logged in. */
      readonly next: BridgeOutput<'account.enter'>['next'];
    }
  | { readonly kind: 'in'; readonly user: string; readonly person: PersonIn };

/** What changes of who is logged in without another turn beginning. */
interface PersonIn {
  role: UserRole;
  notices: readonly Notice[];
  /** Another authenticator of theirs; the present one works meanwhile. */
  renewal?: Enrolment;
}
