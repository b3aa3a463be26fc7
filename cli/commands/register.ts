import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import type { Confirmed } from '../../agent/login/login.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { userName } from '../../shared/names/user-name.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import { confirmed, printRecoveryCodes, showAuthenticator } from './enrolment.ts';

export function addRegisterCommand(program: Command, context: CliContext): void {
  addCommand(program, 'register').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions & { invitation?: true }>();
    const register = async ({ login }: Agent) => {
      const user = parseUserName(name);
      const invitation = options.invitation ? await context.secrets.invitation() : undefined;
      const password = await context.secrets.newPassword();
      const { otp_uri, enrolment_ticket } = await login.register(user, password, invitation);
      await showAuthenticator(context, options, otp_uri);
      const done = await confirmed(context, (code) => login.confirm(user, enrolment_ticket, code));
      showRecoveryCodes(context, options, user, done);
    };
    // The recovery codes come once.
    await withAgent(context, options, register, { isWhole: true, isEntry: true });
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
