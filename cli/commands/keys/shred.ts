import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { shredFiles } from '../../../agent/keys/shred-files.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { assertConfirmable, confirm } from '../../confirm.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { addCommand } from '../../manual/add-command.ts';
import { usage } from '../file-options.ts';

interface ShredOptions extends ClientOptions {
  readonly yes?: true;
}

export function addShredCommand(keys: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(keys, 'keys shred').action(async (files: string[], _options, command: Command) => {
    const options = command.optsWithGlobals<ShredOptions>();
    if (files.length > LIMITS.batch) throw usage(`That is more than ${LIMITS.batch} files at once.`);
    assertConfirmable(context, options);
    const askCode = async () => {
      await confirm(context, options, [
        `To be given up for good: ${files.join(', ')}`,
        'No copy of them opens ever again, neither yours nor that of anybody you share with. Nothing takes that back.',
      ]);
      return secrets.code();
    };
    const shred = async ({ jobs }: Agent) => {
      const shredded = await shredFiles(jobs, { files, askCode });
      if (options.json) terminal.printJson({ files, shredded });
      else terminal.print(`Given up: ${counted(shredded, 'file')}. The sealed bytes stay where they lie.`);
    };
    await withAgent(context, options, shred, { isWhole: true });
  });
}
