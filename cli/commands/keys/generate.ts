import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';

export function addGenerateCommand(keys: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(keys, 'keys generate').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const generate = async ({ jobs: { kms, login } }: Agent) => {
      const { keyId, version } = await kms.generateKey((await login.tokens()).access_token);
      if (options.json) terminal.printJson({ key: keyId, version, status: 'active' });
      else
        terminal.print(`Key ${keyId} is there, beside those that you have. It wraps where a call names it.`);
    };
    await withAgent(context, options, generate, { isCloudNeeded: false });
  });
}
