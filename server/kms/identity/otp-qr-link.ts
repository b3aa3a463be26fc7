import type { KmsConfig } from '../config.ts';

/** Where the picture of a TOTP secret is asked for. */
export function otpQrLink(
  { config }: { readonly config: Pick<KmsConfig, 'url'> },
  user: string,
  ticket: string,
): string {
  return `${config.url}/otp-qr/${encodeURIComponent(user)}?ticket=${ticket}`;
}
