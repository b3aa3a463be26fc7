import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import { fetchJwks } from '../../platform/issuers/fetch-jwks.ts';
import { createKeySource, fixedKeySource, type KeySource } from '../../platform/issuers/key-source.ts';
import type { TrustedIssuer } from '../../platform/issuers/token-door.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KmsParts } from '../parts.ts';
import {
  type IssuerLine,
  type IssuersFile,
  invalidIssuers,
  type KaclsOperation,
  MIGRATION_AUDIENCE,
  readIssuersFile,
} from './issuers-file.ts';

export interface AuthenticationIssuer extends TrustedIssuer {
  readonly realm: string;
  /** Domains whose addresses a foreign issuer speaks for; undefined for our own, which speaks for our people. */
  readonly domains: readonly string[] | undefined;
}

export interface AuthorizationIssuer extends TrustedIssuer {
  readonly realm: string;
  readonly operations: readonly KaclsOperation[];
}

/** Who may sign the tokens of KACLS calls. */
export interface TrustedIssuers {
  readonly authentication: readonly AuthenticationIssuer[];
  readonly authorization: readonly AuthorizationIssuer[];
  /** Our own delegated tokens, good for wrap and unwrap with an authorization token of the same delegation. */
  readonly delegated: TrustedIssuer;
  /** The key services of `KMS_PEERS`, each by the keys at its own `/certs`. */
  readonly peers: readonly TrustedIssuer[];
}

export interface OwnIssuers {
  readonly authentication: TrustedIssuer;
  readonly delegated: TrustedIssuer;
  /** The keys of our own cloud. */
  readonly cloudKeys: KeySource;
}

/**
 * Our own issuers, those of `KMS_ISSUERS` and `KMS_PEERS`, each with key sources of its own.
 * @throws SealkeepError CONFIG_INVALID
 */
export async function createTrustedIssuers(
  { config, now }: Pick<KmsParts, 'config' | 'now'>,
  own: OwnIssuers,
): Promise<TrustedIssuers> {
  const file = await readIssuersFile(config.issuersFile);
  assertDistinct(file.authentication, own.authentication.issuer, ...config.peers);
  assertDistinct(file.authorization, config.cloudUrl);
  assertNoTokenServesTwice(file);
  return {
    authentication: [
      { ...own.authentication, realm: OWN_REALM, domains: undefined },
      ...file.authentication.map((line) => ({
        ...foreignIssuer(line, now),
        domains: line.domains,
      })),
    ],
    authorization: [
      {
        issuer: config.cloudUrl,
        audience: 'cse-authorization',
        typ: TOKEN_TYP.authorization,
        keys: own.cloudKeys,
        realm: OWN_REALM,
        operations: ['wrap', 'unwrap', 'delegate'],
      },
      ...file.authorization.map((line) => ({
        ...foreignIssuer(line, now),
        operations: line.operations,
      })),
    ],
    delegated: own.delegated,
    peers: config.peers.map((url) => ({
      issuer: url,
      audience: MIGRATION_AUDIENCE,
      typ: undefined,
      keys: createKeySource({ load: () => fetchJwks(`${url}/certs`), now }),
    })),
  };
}

function foreignIssuer({ issuer, audience, realm, jwks, jwks_uri: uri }: IssuerLine, now: () => Date) {
  if (jwks) return { issuer, audience, realm, typ: undefined, keys: fixedKeySource(jwks) };
  if (uri === undefined) throw invalidIssuers(`${issuer} has no keys`);
  return {
    issuer,
    audience,
    realm,
    typ: undefined,
    keys: createKeySource({ load: () => fetchJwks(uri), now }),
  };
}

/** `iss` chooses the issuer, so each has one line of a kind, and none goes by a name of ours or of a peer. */
function assertDistinct(lines: readonly IssuerLine[], ...taken: readonly string[]): void {
  const seen = new Set(taken);
  for (const { issuer } of lines) {
    if (seen.has(issuer)) throw invalidIssuers(`${issuer} stands there twice, is our own or a peer`);
    seen.add(issuer);
  }
}

/** Foreign tokens have no `typ`: only the audience keeps an issuer's two kinds apart. */
function assertNoTokenServesTwice({ authentication, authorization }: IssuersFile): void {
  for (const line of authentication) {
    const other = authorization.find(({ issuer }) => issuer === line.issuer);
    if (other?.audience.some((audience) => line.audience.includes(audience))) {
      throw invalidIssuers(`${line.issuer} has one audience for both kinds of token`);
    }
  }
}
