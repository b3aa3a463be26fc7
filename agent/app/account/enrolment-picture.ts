/// <reference path="./qrcode-globals.d.ts" />
import { toString as toText } from 'qrcode';

/** The quiet zone that readers ask for, in modules. */
const MARGIN = 4;

/** What the person scans: the `otpauth:` URI as QR code, black on white in every theme. */
export async function enrolmentPicture(otpUri: string): Promise<string> {
  return toText(otpUri, { type: 'svg', margin: MARGIN, color: { dark: '#000000', light: '#ffffff' } });
}

/** The same secret for typing in. */
export function secretOf(otpUri: string): string {
  return new URL(otpUri).searchParams.get('secret') ?? '';
}
