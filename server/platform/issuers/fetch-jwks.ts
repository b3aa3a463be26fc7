import { type Jwks, jwks } from '../../../core/crypto/key-set.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { readCapped } from '../http/read-capped.ts';

const TIMEOUT_MS = 5000;
const MAX_BYTES = 256 * 1024;

/**
 * Fetches an issuer's JWKS: no redirects, five seconds, 256 KiB.
 * @throws SealkeepError ISSUER_UNAVAILABLE
 */
export async function fetchJwks(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Jwks> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`${response.status} from ${url}`);
    return jwks.parse(JSON.parse(await readCapped(response, MAX_BYTES)));
  } catch (cause) {
    throw new SealkeepError('ISSUER_UNAVAILABLE', {}, { cause });
  }
}
