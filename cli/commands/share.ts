import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { shareFile } from '../../agent/jobs/share-file.ts';
import { unshareFile } from '../../agent/jobs/unshare-file.ts';
import { timestamp } from '../../shared/api/common.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import { usage } from './file-options.ts';
import { parseUserName } from './register.ts';

interface ShareOptions extends ClientOptions {
  readonly with: string;
  readonly until?: string;
}

export function addShareCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(program, 'share').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ShareOptions>();
    const until = parseUntil(options.until, context.now());
    const terms = {
      with: parseUserName(options.with),
      // What a writer may do more, sealing anew in place, no command does yet.
      role: 'reader' as const,
      until,
    };
    const share = async ({ jobs }: Agent) => {
      const { user } = await jobs.login.tokens();
      await shareFile(jobs, { name, ...terms }).catch((error: unknown) => {
        // The KMS says only that it does not take that.
        const isOneself = isSealkeepError(error, 'REQUEST_INVALID') && user === terms.with;
        throw isOneself ? usage('--with is somebody else: what is yours you may open as it is.') : error;
      });
      if (options.json) terminal.printJson({ name, ...terms });
      else terminal.print(`${terms.with} may open ${name} now.`);
    };
    await withAgent(context, options, share, { isWhole: true });
  });
  addCommand(program, 'unshare').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ShareOptions>();
    const user = parseUserName(options.with);
    const file = name.endsWith(ENC_ENDING) ? { encPath: name } : { name };
    const unshare = async ({ jobs }: Agent) => {
      await unshareFile(jobs, { ...file, with: user });
      if (options.json) terminal.printJson({ name, with: user });
      else terminal.print(`${user} may not open ${name} any more. What was opened before stays opened.`);
    };
    // Whoever runs the cloud must not be able to keep a share alive by not answering.
    await withAgent(context, options, unshare, { isCloudNeeded: !('encPath' in file), isWhole: true });
  });
}

/** @throws SealkeepError USAGE where it is no time, or has passed. */
function parseUntil(option: string | undefined, now: Date): string | undefined {
  if (option === undefined) return undefined;
  const until = timestamp.safeParse(option);
  if (!until.success) throw usage('--until is a time such as 2027-01-31T12:00:00Z.');
  if (Date.parse(until.data) > now.getTime()) return until.data;
  throw usage(`--until is a time to come, and ${option} has passed.`);
}
