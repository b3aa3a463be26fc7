import type { Command } from 'commander';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { assertNoneLeft } from '../none-left.ts';
import { addNewAuthenticatorCommand, addResetCommand } from './authenticator.ts';
import { addDeleteAccountCommand } from './delete-account.ts';
import { addEndCommand, listLogins } from './logins.ts';
import { addPasswordCommand } from './password.ts';
import { addRecoveryCodesCommand } from './recovery-codes.ts';

/** `account` lists one's logins; what one does to one's own account is a command below it. */
export function addAccountCommands(program: Command, context: CliContext): void {
  const account = addCommand(program, 'account')
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      assertNoneLeft(command, 'account');
      await listLogins(context, command.optsWithGlobals<ClientOptions>());
    });
  addEndCommand(account, context);
  addPasswordCommand(account, context);
  addNewAuthenticatorCommand(account, context);
  addResetCommand(account, context);
  addRecoveryCodesCommand(account, context);
  addDeleteAccountCommand(account, context);
}
