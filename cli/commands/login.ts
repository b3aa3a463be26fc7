import type { Command } from 'commander';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { parseUserName } from './register.ts';

export function addLoginCommands(program: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  program
    .command('login <name>')
    .description('log in with password and code')
    .option('--recovery', 'with one of the recovery codes instead of a code')
    .action(async (name: string, _options, command: Command) => {
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
  program
    .command('logout')
    .description('end this login, at the KMS and here')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ClientOptions>();
      await withAgent(context, options, async ({ login }) => {
        await login.logout();
        if (options.json) terminal.printJson({});
        else terminal.print('You are logged out.');
      });
    });
}
