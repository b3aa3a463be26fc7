import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { listNeeding } from '../../../agent/keys/list-needing.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { type KeyOptions, parseKeyId, parseVersion } from './key-names.ts';

interface NeedingOptions extends KeyOptions {
  readonly newKey?: true;
}

export function addNeedingCommand(keys: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(keys, 'keys needing').action(async (text: string | undefined, _options, command: Command) => {
    const options = command.optsWithGlobals<NeedingOptions>();
    const request = {
      keyId: parseKeyId(options.key),
      version: text === undefined ? undefined : parseVersion(text),
      needsNewKey: options.newKey === true,
    };
    await withAgent(context, options, async ({ jobs }: Agent) => {
      let count = 0;
      for await (const { resourceName, generation, version, name } of listNeeding(jobs, request)) {
        count += 1;
        if (options.json) {
          terminal.printJson({ resource_name: resourceName, generation, version, name: name ?? null });
        } else terminal.print(`${`version ${version}`.padEnd(11)}  ${name ?? '–'}  ${resourceName}`);
      }
      if (count > 0 || options.json) return;
      terminal.print(request.needsNewKey ? 'No file needs a new key.' : 'Nothing hangs on it.');
    });
  });
}
