import { generateSecret, generateURI, verify } from 'otplib';

const STEP_SECONDS = 30;
const CODE = /^[0-9]{6}$/;

/** 160 random bits in base32 (RFC 4226 §4 asks for that many). */
export function newTotpSecret(): string {
  return generateSecret();
}

/** The `otpauth:` URI that authenticator apps scan. */
export function otpAuthUri(secret: string, user: string): string {
  return generateURI({ issuer: 'Sealkeep', label: user, secret });
}

/**
 * Checks a code of six digits (RFC 6238, SHA-1, 30 s) against the present step, the one before and the one after.
 * @returns the step that the code belongs to, which the caller has to use up, or undefined.
 */
export async function totpStepOf(secret: string, code: string, now: Date): Promise<number | undefined> {
  // otplib throws for what has not the shape of a code; at our doors that is a wrong code like any other.
  if (!CODE.test(code)) return undefined;
  const epoch = Math.floor(now.getTime() / 1000);
  const result = await verify({ secret, token: code, epoch, epochTolerance: STEP_SECONDS });
  return result.valid ? Math.floor(epoch / STEP_SECONDS) + result.delta : undefined;
}
