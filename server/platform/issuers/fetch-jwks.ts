import { type Jwks, jwks } from '../../../core/crypto/key-set.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { fetchText } from '../http/fetch-text.ts';

const LIMITS = { timeoutMs: 5000, maxBytes: 256 * 1024 };

/**
 * Fetches an issuer's JWKS: no redirects, five seconds, 256 KiB.
 * @throws SealkeepError ISSUER_UNAVAILABLE
 */
export async function fetchJwks(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Jwks> {
  try {
    return jwks.parse(JSON.parse(await fetchText(url, { headers }, LIMITS)));
  } catch (cause) {
    throw new SealkeepError('ISSUER_UNAVAILABLE', {}, { cause });
  }
}
