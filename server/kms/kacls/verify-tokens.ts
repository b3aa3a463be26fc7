import type { TokenClaims } from '../../../core/crypto/tokens.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { userName } from '../../../shared/names/user-name.ts';
import { enterByToken, type VerifiedToken } from '../../platform/issuers/token-door.ts';
import type { Person } from '../identity/person.ts';
import type { KaclsOperation } from '../issuers/issuers-file.ts';
import type { AuthenticationIssuer, AuthorizationIssuer } from '../issuers/trusted-issuers.ts';
import { addressOf, asciiLowerCase } from './claims.ts';
import type { KaclsParts } from './kacls-parts.ts';

export interface VerifiedCaller {
  readonly token: VerifiedToken<AuthenticationIssuer>;
  /** Undefined for a foreign issuer's. */
  readonly person: Person | undefined;
  /** As the audit log names them. */
  readonly actor: string;
}

/**
 * Who calls, by the authentication token (kacls.md §3.1, §3.3).
 * @throws SealkeepError AUTHENTICATION_INVALID, ISSUER_UNAVAILABLE
 */
export async function verifyAuthentication(parts: KaclsParts, text: string): Promise<VerifiedCaller> {
  const token = await enterByToken(text, parts.issuers.authentication, parts.now());
  if (!token) throw new SealkeepError('AUTHENTICATION_INVALID');
  const { domains } = token.issuer;
  if (domains === undefined) {
    const person = await findOwnPerson(parts, token.claims);
    return { token, person, actor: person.name };
  }
  const address = addressOf(token.claims);
  // Without an address R-EMAIL refuses, whatever comes before it.
  if (typeof address !== 'string') return { token, person: undefined, actor: '' };
  const domain = domainOf(address);
  const isTheirs = domain !== undefined && domains.includes(domain);
  if (!isTheirs || (await isLocalName(parts, address))) throw new SealkeepError('AUTHENTICATION_INVALID');
  return { token, person: undefined, actor: address };
}

/** @throws SealkeepError AUTHORIZATION_INVALID, ISSUER_UNAVAILABLE */
export async function verifyAuthorization(
  { issuers, now }: KaclsParts,
  text: string,
  operation: KaclsOperation,
): Promise<VerifiedToken<AuthorizationIssuer>> {
  const token = await enterByToken(text, issuers.authorization, now());
  if (!token?.issuer.operations.includes(operation)) throw new SealkeepError('AUTHORIZATION_INVALID');
  return token;
}

/** Read at each request: a login that has ended is refused at once, however long its tokens would live. */
async function findOwnPerson(
  { findPerson }: KaclsParts,
  { sub, ['lid']: lid }: TokenClaims,
): Promise<Person> {
  const person = sub !== undefined && typeof lid === 'string' ? await findPerson({ sub, lid }) : undefined;
  if (!person) throw new SealkeepError('AUTHENTICATION_INVALID');
  return person;
}

/** Undefined where there is no `@`: a bare domain is no address in it. */
function domainOf(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  return at > 0 ? asciiLowerCase(address.slice(at + 1)) : undefined;
}

async function isLocalName({ database }: KaclsParts, address: string): Promise<boolean> {
  const name = userName.safeParse(address);
  if (!name.success) return false;
  const row = await database
    .selectFrom('users')
    .select('id')
    .where('name', '=', name.data)
    .executeTakeFirst();
  return row !== undefined;
}
