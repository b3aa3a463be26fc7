import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';

/** `account password` */
export function addPasswordCommand(account: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(account, 'account password').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const change = async ({ login }: Agent) => {
      const { user } = await login.tokens();
      const password = await secrets.password();
      const next = await secrets.nextPassword();
      await login.changePassword(password, await secrets.code(), next);
      if (options.json) terminal.printJson({ user });
      else terminal.print('The new password is the one that counts. All your other logins have ended.');
    };
    await withAgent(context, options, change, { isCloudNeeded: false, isWhole: true });
  });
}
