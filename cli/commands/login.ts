import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import { parseUserName } from './register.ts';

export function addLoginCommands(program: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(program, 'login').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions & { recovery?: true }>();
    await withAgent(context, options, async ({ login }) => {
      const user = parseUserName(name);
      const password = await secrets.password();
      if (options.recovery)
        await login.login(user, { password, recovery_code: await secrets.recoveryCode() });
      else await login.login(user, { password, code: await secrets.code() });
      if (options.json) terminal.printJson({ user });
      else terminal.print(`You are logged in as ${user}.`);
    });
  });
  addCommand(program, 'logout').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const logout = async ({ login }: Agent) => {
      await login.logout();
      if (options.json) terminal.printJson({});
      else terminal.print('You are logged out.');
    };
    await withAgent(context, options, logout, { isWhole: true });
  });
}
