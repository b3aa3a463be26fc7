import qrcode from 'qrcode';
import { isSealkeepError } from '../../shared/errors/error.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import type { Terminal } from '../terminal.ts';

/** A wrong first code may be tried again as often as the KMS lets one. */
const TRIES = 5;

/** Shows what an authenticator app is to scan. */
export async function showAuthenticator(
  { terminal }: CliContext,
  { json }: ClientOptions,
  otpUri: string,
): Promise<void> {
  if (json) return terminal.printJson({ otp_uri: otpUri });
  terminal.print('Add this account to your authenticator app:');
  terminal.print(`  ${otpUri}`);
  if (!terminal.isOutputTerminal) return;
  // The picture is made of the terminal's own control sequences, so it can't go through `print`.
  process.stdout.write(`${await qrcode.toString(otpUri, { type: 'terminal', small: true })}\n`);
}

/** Asks for the first code of a new authenticator. At a terminal a wrong code may be corrected; a script gets one answer. */
export async function confirmed<T>(
  { secrets, terminal }: CliContext,
  confirm: (code: string) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await confirm(await secrets.firstCode());
    } catch (error) {
      const isLast = tried === TRIES || !terminal.isInputTerminal;
      const isTypo = isSealkeepError(error, 'ENROLMENT_REFUSED') || isSealkeepError(error, 'USAGE');
      if (isLast || !isTypo) throw error;
      terminal.note('That code is not right; look at the newest one (and at the clock of your phone).');
    }
  }
}

/** The ten codes, which are shown once. */
export function printRecoveryCodes(terminal: Terminal, codes: readonly string[]): void {
  terminal.print('Keep these recovery codes somewhere safe; each logs you in once when your phone is lost:');
  for (const code of codes) terminal.print(`  ${code}`);
}
