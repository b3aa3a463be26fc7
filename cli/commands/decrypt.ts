import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { openThrough } from '../../agent/jobs/open-through.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { lookAtFiles } from '../given-files.ts';
import { jobOutput } from '../job-output.ts';
import { addCommand } from '../manual/add-command.ts';
import { throughPipe } from '../pipe-output.ts';
import { assertPipe, type FileOptions, isPiped, outputFolder, parseJobs } from './file-options.ts';

interface DecryptOptions extends ClientOptions, FileOptions {
  readonly jobs?: string;
}

export function addDecryptCommand(program: Command, context: CliContext): void {
  addCommand(program, 'decrypt').action(async (files: string[], _options, command: Command) => {
    const options = command.optsWithGlobals<DecryptOptions>();
    const workers = parseJobs(options.jobs);
    const work = isPiped(files, options)
      ? openingPipe(context, options)
      : await openingFiles(context, files, options);
    await withAgent(context, options, work, { workers });
  });
}

async function openingFiles(context: CliContext, paths: readonly string[], options: DecryptOptions) {
  const folder = await outputFolder(options.out);
  const { files, folders, sizes } = await lookAtFiles(paths);
  return async ({ jobs }: Agent) => {
    const { signal, terminal } = context;
    const output = jobOutput(context, { ...options, items: sizes, done: 'Opened' });
    if (files.length > 0) await openFiles(jobs, { sources: files, folder, signal }, output);
    for (const source of folders) {
      const opened = await openFolder(jobs, { source, folder, signal }, output);
      for (const { path, as } of opened?.renamed ?? [])
        terminal.note(
          `${path} is called ${as} here: this system does not have that name, or has it for another.`,
        );
    }
  };
}

function openingPipe(context: CliContext, options: DecryptOptions) {
  const { terminal, streams, signal } = context;
  terminal.keepOutputForBytes();
  assertPipe(terminal, 'sealkeep decrypt - < FILE.enc > FILE');
  return ({ jobs }: Agent) =>
    throughPipe(context, options, (pipe) =>
      openThrough(jobs, {
        content: streams.input,
        keyPath: options.keyfile,
        reason: 'open',
        ...pipe,
        signal,
      }),
    );
}
