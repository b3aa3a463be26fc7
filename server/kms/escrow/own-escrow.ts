import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Person } from '../identity/person.ts';

/** @throws SealkeepError ESCROW_NOT_OWN, the same whether there is anybody of that name. */
export function assertOwnEscrow(person: Person, user: string): void {
  if (user !== person.name) throw new SealkeepError('ESCROW_NOT_OWN', { user });
}
