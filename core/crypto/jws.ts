import { type CompactJWSHeaderParameters, compactVerify } from 'jose';
import type { VerifyingKey } from './key-set.ts';

export interface VerifiedJws {
  readonly header: CompactJWSHeaderParameters;
  readonly payload: Uint8Array;
}

/**
 * Verifies a compact JWS by one key and an algorithm that is the key's (RFC 7515 §5.2). A header that has anything
 * critical is refused: nothing critical is known here.
 * @returns undefined where it does not hold; why is nobody's business.
 */
export async function verifyJws(text: string, key: VerifyingKey): Promise<VerifiedJws | undefined> {
  try {
    const { protectedHeader, payload } = await compactVerify(text, key.key, {
      algorithms: [...key.algorithms],
    });
    return protectedHeader.crit === undefined ? { header: protectedHeader, payload } : undefined;
  } catch {
    // jose reports every failure by throwing; a refused signature is an ordinary answer here.
    return undefined;
  }
}
