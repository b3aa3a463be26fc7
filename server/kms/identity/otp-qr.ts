/// <reference path="./qrcode-globals.d.ts" />
import { toBuffer, toString as toText } from 'qrcode';
import { otpAuthUri } from '../../../core/crypto/totp.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { totpOf, useTotpSecret } from './accounts.ts';
import { findAuthenticatorEnrolment } from './authenticator-enrolment.ts';
import { findEnrolment } from './enrolment.ts';
import type { IdentityParts } from './identity-parts.ts';

export type PictureType = 'image/png' | 'image/svg+xml';

/**
 * The `otpauth:` URI of a running enrolment, of a person or of a new authenticator, as QR code: only its ticket shows it,
 * and only until it is confirmed.
 * @throws SealkeepError ENROLMENT_REFUSED
 */
export async function otpQr(
  parts: IdentityParts,
  { user, ticket }: { readonly user: string; readonly ticket: string },
  type: PictureType,
): Promise<Buffer> {
  const enrolment = await findEnrolment(parts, user, ticket);
  const totp = enrolment ? totpOf(enrolment) : (await findAuthenticatorEnrolment(parts, user, ticket))?.totp;
  if (!totp) throw new SealkeepError('ENROLMENT_REFUSED');
  return useTotpSecret(parts.atRest, totp, async (secret) => {
    const uri = otpAuthUri(secret, user);
    return type === 'image/png' ? toBuffer(uri) : Buffer.from(await toText(uri, { type: 'svg' }));
  });
}
