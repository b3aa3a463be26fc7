import type { FindPerson } from '../identity/person.ts';
import type { TrustedIssuers } from '../issuers/trusted-issuers.ts';
import type { WrappingParts } from '../keyring/wrap-deks.ts';
import type { SigningKeys } from '../signing/signing-keys.ts';
import type { RecordTogether } from './record-allowed.ts';
import type { PresentedTokens } from './rules.ts';

/** What R-PERIM looks at (kacls.md §3.4): both tokens, and the perimeter that a wrapped key was made in. */
interface PerimeterInput extends PresentedTokens {
  /** Of the authorization token on wrap, of the wrapped key on unwrap. */
  readonly perimeterId: string;
}

/** Whether a call stays within the perimeter that whoever runs this KMS drew. */
export type PerimeterRule = (input: PerimeterInput) => boolean;

export const allowEverywhere: PerimeterRule = () => true;

/** What the KACLS operations stand on. */
export interface KaclsParts extends WrappingParts {
  readonly recordTogether: RecordTogether;
  readonly issuers: TrustedIssuers;
  readonly findPerson: FindPerson;
  readonly isWithinPerimeter: PerimeterRule;
  readonly signing: Pick<SigningKeys, 'delegated' | 'certs'>;
  /** How long a peer may take to answer. */
  readonly peerTimeoutMs: number;
}
