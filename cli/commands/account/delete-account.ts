import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { assertConfirmable, confirm } from '../../confirm.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';

interface DeleteOptions extends ClientOptions {
  readonly yes?: true;
  readonly acceptLoss?: true;
}

/** `account delete` */
export function addDeleteAccountCommand(account: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(account, 'account delete').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<DeleteOptions>();
    assertConfirmable(context, options);
    const remove = async ({ login, jobs: { kms } }: Agent) => {
      const { user } = await login.tokens();
      await confirm(context, options, [
        `The account ${user} is deleted at the KMS, with all its keys: no file that was sealed with them ever opens again, for anybody.`,
        'Nobody can register by that name again. What was uploaded stays in the cloud, and opens no more.',
      ]);
      const body = { password: await secrets.password(), code: await secrets.code() };
      const { access_token } = await login.tokens();
      await kms.deleteAccount(access_token, { ...body, is_loss_accepted: options.acceptLoss === true });
      await login.forgetUser();
      if (options.json) terminal.printJson({ user });
      else terminal.print(`The account ${user} is deleted.`);
    };
    await withAgent(context, options, remove, { isCloudNeeded: false, isWhole: true });
  });
}
