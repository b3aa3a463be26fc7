import type { TokenClaims } from '../../../core/crypto/tokens.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { userName } from '../../../shared/names/user-name.ts';
import { enterByToken, type TrustedIssuer, type VerifiedToken } from '../../platform/issuers/token-door.ts';
import type { Draft } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import { type KaclsOperation, MIGRATION_AUDIENCE } from '../issuers/issuers-file.ts';
import type { AuthenticationIssuer, AuthorizationIssuer } from '../issuers/trusted-issuers.ts';
import { AUTHENTICATED_BY, addressOf, asciiLowerCase } from './claims.ts';
import type { KaclsParts } from './kacls-parts.ts';

export interface VerifiedCaller {
  readonly token: VerifiedToken<AuthenticationIssuer>;
  /** Undefined for a foreign issuer's. */
  readonly person: Person | undefined;
  /** As the audit log names them. */
  readonly actor: string;
  /** Whether the token is a delegated one that we signed; it speaks for who delegated, by the issuer who knew them. */
  readonly isDelegatedByUs: boolean;
}

export interface AuthenticationDoor {
  /** Wrap and unwrap of one file only (kacls.md R-DELEG). */
  readonly takesDelegated?: boolean;
}

/**
 * Who calls, by the authentication token (kacls.md §3.1, §3.3). The draft learns the name, also of somebody of ours whose
 * login has ended.
 * @throws SealkeepError AUTHENTICATION_INVALID, ISSUER_UNAVAILABLE, RATE_LIMITED
 */
export async function verifyAuthentication(
  parts: KaclsParts,
  text: string,
  draft: Draft,
  { takesDelegated = false }: AuthenticationDoor = {},
): Promise<VerifiedCaller> {
  const { token, isDelegatedByUs } = await openToken(parts, text, takesDelegated);
  const { domains } = token.issuer;
  if (domains === undefined) {
    const person = await findOwnPerson(parts, token.claims, draft);
    return { token, person, actor: person.name, isDelegatedByUs };
  }
  const caller = { token, person: undefined, isDelegatedByUs };
  const address = addressOf(token.claims);
  await parts.limits.count('token', text);
  await parts.limits.count('account', `${token.issuer.issuer} ${address}`);
  // Without an address R-EMAIL refuses, whatever comes before it.
  if (typeof address !== 'string') return { ...caller, actor: '' };
  const domain = domainOf(address);
  const isTheirs = domain !== undefined && domains.includes(domain);
  if (!isTheirs || (await isLocalName(parts, address))) throw new SealkeepError('AUTHENTICATION_INVALID');
  draft.actor = address;
  return { ...caller, actor: address };
}

async function openToken({ issuers, now }: KaclsParts, text: string, takesDelegated: boolean) {
  const doors = takesDelegated ? [...issuers.authentication, issuers.delegated] : issuers.authentication;
  const opened = await enterByToken<TrustedIssuer>(text, doors, now());
  const isDelegatedByUs = opened?.issuer === issuers.delegated;
  const knownTo = isDelegatedByUs ? opened.claims[AUTHENTICATED_BY] : opened?.issuer.issuer;
  const issuer = issuers.authentication.find((one) => one.issuer === knownTo);
  // What key services say to each other is no word of a person's (§6.7), whoever else it is for.
  const isForPeers = [opened?.claims.aud].flat().includes(MIGRATION_AUDIENCE);
  if (!opened || !issuer || isForPeers) throw new SealkeepError('AUTHENTICATION_INVALID');
  return { token: { issuer, claims: opened.claims }, isDelegatedByUs };
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
  draft: Draft,
): Promise<Person> {
  const found = sub !== undefined && typeof lid === 'string' ? await findPerson({ sub, lid }) : undefined;
  draft.actor = found?.name ?? '';
  if (!found?.person) throw new SealkeepError('AUTHENTICATION_INVALID');
  return found.person;
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
