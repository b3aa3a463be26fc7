import type { Command } from 'commander';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { assertNoneLeft } from '../none-left.ts';
import { addChangeCommands, addResetCommand, addRoleCommand } from './change-users.ts';
import { listUsers } from './list-users.ts';

/** `users` lists; what an administrator does to somebody is a command below it. */
export function addUsersCommands(program: Command, context: CliContext): void {
  const users = addCommand(program, 'users')
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      assertNoneLeft(command, 'users');
      await listUsers(context, command.optsWithGlobals<ClientOptions>());
    });
  addChangeCommands(users, context);
  addRoleCommand(users, context);
  addResetCommand(users, context);
}
