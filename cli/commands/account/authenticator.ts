import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import type { AuthenticatorReply } from '../../../shared/api/kms/identity.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { confirmed, printRecoveryCodes, showAuthenticator } from '../enrolment.ts';
import { parseUserName } from '../register.ts';

/** The recovery codes come once. */
const NEEDS = { isCloudNeeded: false, isWhole: true } as const;

/** `account new-authenticator` */
export function addNewAuthenticatorCommand(account: Command, context: CliContext): void {
  const { secrets } = context;
  addCommand(account, 'account new-authenticator').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions & { recovery?: true }>();
    const replace = async ({ login, jobs: { kms } }: Agent) => {
      const { user } = await login.tokens();
      const password = await secrets.password();
      const proof = options.recovery
        ? { recovery_code: await secrets.recoveryCode() }
        : { code: await secrets.code() };
      const { access_token } = await login.tokens();
      const begun = await kms.beginAuthenticator(access_token, { password, ...proof });
      await setUp(context, options, { login, user, begun });
    };
    await withAgent(context, options, replace, NEEDS);
  });
}

/** `account reset` */
export function addResetCommand(account: Command, context: CliContext): void {
  const { secrets } = context;
  addCommand(account, 'account reset').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const reset = async ({ login }: Agent) => {
      const user = parseUserName(name);
      const password = await secrets.password();
      const begun = await login.beginReset(user, { password, reset_code: await secrets.resetCode() });
      await setUp(context, options, { login, user, begun });
    };
    await withAgent(context, options, reset, NEEDS);
  });
}

interface Begun {
  readonly login: Agent['login'];
  readonly user: string;
  readonly begun: AuthenticatorReply;
}

async function setUp(
  context: CliContext,
  options: ClientOptions,
  { login, user, begun: { otp_uri, enrolment_ticket } }: Begun,
): Promise<void> {
  const { terminal } = context;
  await showAuthenticator(context, options, otp_uri);
  const codes = await confirmed(context, (code) => login.confirmAuthenticator(user, enrolment_ticket, code));
  if (options.json) {
    terminal.printJson({ recovery_codes: codes });
    return;
  }
  terminal.print('The new authenticator is the one that counts. All your logins have ended; log in with it.');
  printRecoveryCodes(terminal, codes);
}
