import type { Command } from 'commander';
import qrcode from 'qrcode';
import type { Agent } from '../../agent/agent.ts';
import type { Confirmed } from '../../agent/login/login.ts';
import { newPassword } from '../../shared/api/kms/identity.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { userName } from '../../shared/names/user-name.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import type { Terminal } from '../terminal.ts';

/** A wrong first code may be tried again as often as the KMS lets one. */
const TRIES = 5;

export function addRegisterCommand(program: Command, context: CliContext): void {
  addCommand(program, 'register').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const register = async ({ login }: Agent) => {
      const user = parseUserName(name);
      const password = await chosenPassword(context);
      const { otp_uri, enrolment_ticket } = await login.register(user, password);
      await showAuthenticator(context, options, otp_uri);
      const done = await confirmed(context, (code) => login.confirm(user, enrolment_ticket, code));
      showRecoveryCodes(context, options, user, done);
    };
    // The recovery codes come once.
    await withAgent(context, options, register, { isWhole: true });
  });
}

/** @throws SealkeepError USAGE where it can't be anybody's name. */
export function parseUserName(text: string): string {
  const parsed = userName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new SealkeepError('USAGE', {
    reason: `${text} cannot be a name: ${parsed.error.issues[0]?.message ?? ''}.`,
  });
}

async function chosenPassword({ secrets }: CliContext): Promise<string> {
  const parsed = newPassword.safeParse(await secrets.newPassword());
  if (parsed.success) return parsed.data;
  throw new SealkeepError('USAGE', {
    reason: `That password will not do: ${parsed.error.issues[0]?.message ?? ''}.`,
  });
}

async function showAuthenticator(
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

/** At a terminal a wrong code may be corrected; a script gets one answer. */
async function confirmed<T>(
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

function showRecoveryCodes(
  { terminal }: CliContext,
  { json }: ClientOptions,
  user: string,
  { recoveryCodes, isPending }: Confirmed,
): void {
  if (json) {
    terminal.printJson({ recovery_codes: recoveryCodes, ...(isPending ? { status: 'pending' } : {}) });
    return;
  }
  terminal.print(
    isPending
      ? `Welcome, ${user}. An administrator of this KMS has to approve you; log in after that.`
      : `Welcome, ${user}. You are logged in.`,
  );
  printRecoveryCodes(terminal, recoveryCodes);
}

/** The ten codes, which are shown once. */
export function printRecoveryCodes(terminal: Terminal, codes: readonly string[]): void {
  terminal.print('Keep these recovery codes somewhere safe; each logs you in once when your phone is lost:');
  for (const code of codes) terminal.print(`  ${code}`);
}
