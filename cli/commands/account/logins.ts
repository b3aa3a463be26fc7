import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { addCommand } from '../../manual/add-command.ts';
import { minuteText } from '../../time-text.ts';
import { usage } from '../file-options.ts';
import { parseId } from '../parse-id.ts';

/** `sealkeep account`: the person's own logins. */
export async function listLogins(context: CliContext, options: ClientOptions): Promise<void> {
  const { terminal } = context;
  const list = async ({ jobs: { kms, login } }: Agent) => {
    const { user, access_token } = await login.tokens();
    const logins = await kms.logins(access_token);
    if (!options.json) terminal.print(`${user} is logged in on ${counted(logins.length, 'device')}:`);
    for (const { id, device_name = null, created_at, last_used_at, current } of logins) {
      if (options.json) terminal.printJson({ id, device_name, created_at, last_used_at, current });
      else {
        const used = `last used ${minuteText(last_used_at)}`;
        terminal.print(`  ${id}  ${used}  ${device_name ?? 'no name'}${current ? ' (this one)' : ''}`);
      }
    }
  };
  await withAgent(context, options, list, { isCloudNeeded: false });
}

/** `account end` */
export function addEndCommand(account: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(account, 'account end').action(async (id: string | undefined, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions & { others?: true }>();
    if ((id === undefined) === (options.others === undefined)) {
      throw usage('Name a login, as "sealkeep account" shows it, or give --others.');
    }
    const named = id === undefined ? undefined : parseId(id, 'login', 'account');
    const end = async ({ jobs: { kms, login } }: Agent) => {
      const { access_token } = await login.tokens();
      const { ended } =
        named === undefined
          ? await kms.endOtherLogins(access_token)
          : await kms.endLogin(access_token, named).then(() => ({ ended: 1 }));
      if (options.json) terminal.printJson({ ended });
      else terminal.print(`${counted(ended, 'login')} ended.`);
    };
    await withAgent(context, options, end, { isCloudNeeded: false, isWhole: true });
  });
}
