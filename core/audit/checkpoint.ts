import { type AuditCheckpoint, auditCheckpoint } from '../../shared/api/kms/audit.ts';
import { TOKEN_TYP } from '../../shared/api/token-typ.ts';
import { signJws, verifyJws } from '../crypto/jws.ts';
import type { SigningKey } from '../crypto/key-pairs.ts';
import type { VerifyingKey } from '../crypto/key-set.ts';

/** A KMS signs after so many entries at the latest, in one with the last of them. */
export const CHECKPOINT_EVERY = 1000;

/** The KMS's word for where its audit log stood, as a compact JWS. */
export function signCheckpoint(key: SigningKey, checkpoint: AuditCheckpoint): string {
  return signJws(key, TOKEN_TYP.checkpoint, checkpoint);
}

/** @returns what was signed; undefined where the signature does not hold, or is no checkpoint's. */
export function verifyCheckpoint(jws: string, key: VerifyingKey): AuditCheckpoint | undefined {
  const verified = key.typ === TOKEN_TYP.checkpoint ? verifyJws(jws, key) : undefined;
  if (verified?.header['typ'] !== TOKEN_TYP.checkpoint) return undefined;
  try {
    return auditCheckpoint.safeParse(JSON.parse(verified.payload.toString('utf8'))).data;
  } catch {
    // Signed, and yet no JSON: no checkpoint of ours.
    return undefined;
  }
}

/** The entry that a checkpoint says it signs, before anything of it is believed: good for finding its place only. */
export function claimedSeq(jws: string): number {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return auditCheckpoint.safeParse(payload).data?.seq ?? Number.MAX_SAFE_INTEGER;
  } catch {
    // It says nothing, and so has no place but the end, where it fails.
    return Number.MAX_SAFE_INTEGER;
  }
}
