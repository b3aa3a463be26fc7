import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { ownKek } from '../../../agent/keys/own-version.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { parseKeyId } from './key-names.ts';
import { tellRewrapping } from './tell-rewrapping.ts';

export function addRotateCommand(keys: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(keys, 'keys rotate').action(async (key: string | undefined, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const named = parseKeyId(key);
    const rotate = async ({ jobs }: Agent) => {
      const { keyId } = await ownKek(jobs, named);
      const { access_token } = await jobs.login.tokens();
      const { version } = await jobs.kms.rotateKey(access_token, keyId);
      if (options.json) terminal.printJson({ key: keyId, version, status: 'active' });
      else terminal.print(`Version ${version} wraps from now on.`);
      await tellRewrapping(context, jobs, keyId, options);
    };
    await withAgent(context, options, rotate, { isCloudNeeded: false, isWhole: true });
  });
}
