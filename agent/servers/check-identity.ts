import type { Jwks } from '../../core/crypto/key-set.ts';
import { API_VERSION, type Health } from '../../shared/api/common.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import type { Peer } from '../http/peer.ts';

/** What is remembered of a server between two launches. */
export interface KnownServer {
  readonly address: string;
  /** What it calls itself: the KMS's `kacls_url`, the `iss` of its tokens. */
  readonly name: string;
  /** Its signing keys, by RFC 7638 thumbprint, as they were last seen. */
  readonly kids: readonly string[];
  /** SHA-256, base64url, of the identity key that its secure sessions begin with; of a KMS that is elsewhere. */
  readonly identity?: string | undefined;
}

interface IdentityClient {
  readonly peer: Peer;
  health(): Promise<Health>;
  jwks(): Promise<Jwks>;
}

/**
 * Asks a server who it is and compares that with what is known: its keys may rotate, but a server none of whose keys
 * was seen before is another server.
 * @returns what to remember.
 * @throws SealkeepError SERVER_NOT_SEALKEEP, SERVER_TOO_NEW, SERVER_TOO_OLD, SERVER_IDENTITY_CHANGED or SERVER_*.
 */
export async function checkIdentity(
  client: IdentityClient,
  known: KnownServer | undefined,
): Promise<KnownServer> {
  const { service, address } = client.peer;
  const place = { service, url: address };
  const { name } = await checkHealth(client);
  const kids = (await client.jwks()).keys.map(kidOf).filter((kid) => kid !== undefined);
  if (kids.length === 0) throw new SealkeepError('SERVER_ANSWER_INVALID', place);
  if (known && !kids.some((kid) => known.kids.includes(kid))) {
    throw new SealkeepError('SERVER_IDENTITY_CHANGED', place);
  }
  return { address, name, kids };
}

/**
 * Asks what answers there, and whether this client understands it.
 * @throws SealkeepError SERVER_NOT_SEALKEEP, SERVER_TOO_NEW, SERVER_TOO_OLD or SERVER_*.
 */
export async function checkHealth(client: IdentityClient): Promise<{ name: string }> {
  const { service, address } = client.peer;
  const place = { service, url: address };
  const health = await client.health().catch((error: unknown) => {
    const isForeign =
      isSealkeepError(error, 'SERVER_ANSWER_INVALID') || isSealkeepError(error, 'ROUTE_NOT_FOUND');
    throw isForeign ? new SealkeepError('SERVER_NOT_SEALKEEP', place, { cause: error }) : error;
  });
  if (health.service !== service.toLowerCase()) throw new SealkeepError('SERVER_NOT_SEALKEEP', place);
  if (health.api > API_VERSION) throw new SealkeepError('SERVER_TOO_NEW', place);
  if (health.api < API_VERSION) throw new SealkeepError('SERVER_TOO_OLD', place);
  return { name: health.url };
}

function kidOf(jwk: unknown): string | undefined {
  const { kid } = Object(jwk) as { kid?: unknown };
  return typeof kid === 'string' ? kid : undefined;
}
