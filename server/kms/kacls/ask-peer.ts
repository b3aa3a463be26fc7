import { Secret } from '../../../core/crypto/secret.ts';
import { signToken } from '../../../core/crypto/tokens.ts';
import { unwrapReply } from '../../../shared/api/kms/kacls.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { fetchText } from '../../platform/http/fetch-text.ts';
import { MIGRATION_AUDIENCE } from '../issuers/issuers-file.ts';
import type { KaclsParts } from './kacls-parts.ts';

/** Of a KACLS token, seconds. */
const LIFETIME = 300;
const MAX_REPLY_BYTES = 16 * 1024;

export interface AskedKey {
  /** As `KMS_PEERS` has it. */
  readonly peer: string;
  readonly resourceName: string;
  readonly wrappedKey: string;
  readonly reason: string;
}

/**
 * Has a peer unwrap one of its wrapped keys, by a KACLS token that is good there and for that resource only (kacls.md
 * §3.3.3, §6.5).
 * @returns the DEK, which the caller destroys.
 * @throws SealkeepError PEER_FAILED, PEER_TIMEOUT. What came instead of a key is told to nobody.
 */
export async function askPeer(parts: KaclsParts, asked: AskedKey): Promise<Secret> {
  const { peer, resourceName } = asked;
  const token = await signToken(
    await parts.signing.certs(),
    {
      typ: TOKEN_TYP.kacls,
      issuer: parts.config.url,
      audience: MIGRATION_AUDIENCE,
      lifetime: LIFETIME,
      claims: { kacls_url: peer, resource_name: resourceName },
    },
    parts.now(),
  );
  const text = await post(parts, `${peer}/privilegedunwrap`, {
    authentication: token,
    reason: asked.reason,
    resource_name: resourceName,
    wrapped_key: asked.wrappedKey,
  });
  return dekOf(text);
}

async function post(parts: KaclsParts, url: string, body: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const limits = { timeoutMs: parts.peerTimeoutMs, maxBytes: MAX_REPLY_BYTES };
  try {
    return await fetchText(url, { method: 'POST', headers, body: JSON.stringify(body) }, limits);
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    throw new SealkeepError(isLate ? 'PEER_TIMEOUT' : 'PEER_FAILED', {}, { cause });
  }
}

/** The error says nothing of the text: it may have a key in it. */
function dekOf(text: string): Secret {
  const reply = unwrapReply.safeParse(parseJson(text));
  if (!reply.success) {
    throw new SealkeepError('PEER_FAILED', {}, { cause: new Error('the reply holds no key') });
  }
  return Secret.take(Buffer.from(reply.data.key, 'base64'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON fits no schema either, which is how it is reported.
    return undefined;
  }
}
