import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { printRecoveryCodes } from '../enrolment.ts';

/** `account recovery-codes` */
export function addRecoveryCodesCommand(account: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(account, 'account recovery-codes').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const renew = async ({ jobs: { kms, login } }: Agent) => {
      await login.tokens();
      const code = await secrets.code();
      const { access_token } = await login.tokens();
      const { recovery_codes } = await kms.newRecoveryCodes(access_token, code);
      if (options.json) terminal.printJson({ recovery_codes });
      else {
        terminal.print('The recovery codes that you had are good no more.');
        printRecoveryCodes(terminal, recovery_codes);
      }
    };
    await withAgent(context, options, renew, { isCloudNeeded: false, isWhole: true });
  });
}
