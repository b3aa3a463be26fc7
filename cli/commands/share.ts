import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { shareFile } from '../../agent/jobs/share-file.ts';
import { unshareFile } from '../../agent/jobs/unshare-file.ts';
import { timestamp } from '../../shared/api/common.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { parseUserName } from './register.ts';

interface ShareOptions extends ClientOptions {
  readonly with: string;
  readonly until?: string;
}

export function addShareCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  program
    .command('share <name>')
    .description('let somebody open one of your files in the cloud')
    .requiredOption('--with <user>', 'who')
    .option('--until <time>', 'when it ends, as 2027-01-31T12:00:00Z')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<ShareOptions>();
      const terms = {
        with: parseUserName(options.with),
        // What a writer may do more, sealing anew in place, no command does yet.
        role: 'reader' as const,
        until:
          options.until === undefined
            ? undefined
            : parsed(timestamp.safeParse(options.until), '--until is a time such as 2027-01-31T12:00:00Z.'),
      };
      await withAgent(context, options, async ({ jobs }) => {
        await shareFile(jobs, { name, ...terms });
        if (options.json) terminal.printJson({ name, ...terms });
        else terminal.print(`${terms.with} may open ${name} now.`);
      });
    });
  program
    .command('unshare <name>')
    .description('stop sharing, by the name that "list" shows or by the .enc; what was opened stays opened')
    .requiredOption('--with <user>', 'who')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<ShareOptions>();
      const user = parseUserName(options.with);
      const file = name.endsWith(ENC_ENDING) ? { encPath: name } : { name };
      const unshare = async ({ jobs }: Agent) => {
        await unshareFile(jobs, { ...file, with: user });
        if (options.json) terminal.printJson({ name, with: user });
        else terminal.print(`${user} may not open ${name} any more. What was opened before stays opened.`);
      };
      // Whoever runs the cloud must not be able to keep a share alive by not answering.
      await withAgent(context, options, unshare, { isCloudNeeded: !('encPath' in file) });
    });
}

function parsed<T>(result: { success: true; data: T } | { success: false }, reason: string): T {
  if (result.success) return result.data;
  throw new SealkeepError('USAGE', { reason });
}
