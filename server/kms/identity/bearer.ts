import { z } from 'zod';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { bearerOf, callOf } from '../../platform/http/call.ts';
import type { Guard } from '../../platform/http/endpoint.ts';
import { enterByToken, type TrustedIssuer } from '../../platform/issuers/token-door.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { FindPerson, Person } from './person.ts';

/** What it takes to know a person by an authentication token of our own, wherever a request carries it. */
export interface OwnAuthentication {
  readonly issuer: TrustedIssuer;
  readonly findPerson: FindPerson;
}

const ownClaims = z.object({ sub: z.string(), lid: z.string() });

/**
 * The guard of endpoints that take the authentication token as *bearer*: our own tokens only, those of foreign issuers
 * have nothing to do there. What it refuses is counted in the audit log.
 * @throws SealkeepError AUTHENTICATION_INVALID where token, account or login does not hold (any more).
 */
export function createBearerGuard(
  own: OwnAuthentication,
  audit: Pick<AuditLog, 'countRefused'>,
  now: () => Date,
): Guard<Person> {
  return async (request) => {
    const verified = await enterByToken(bearerOf(request) ?? '', [own.issuer], now());
    const claims = ownClaims.safeParse(verified?.claims);
    const found = claims.success ? await own.findPerson(claims.data) : undefined;
    if (found?.person) return found.person;
    audit.countRefused(callOf(request), found?.name);
    throw new SealkeepError('AUTHENTICATION_INVALID');
  };
}
