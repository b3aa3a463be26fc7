import path from 'node:path';
import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { assertOutside } from '../../agent/folders/assert-outside.ts';
import type { FolderToProve } from '../../agent/jobs/prove-folder.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { sealThrough } from '../../agent/jobs/seal-through.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { assertNoLinks, lookAtFiles, withoutRepeats } from '../given-files.ts';
import { jobOutput } from '../job-output.ts';
import { addCommand } from '../manual/add-command.ts';
import { throughPipe } from '../pipe-output.ts';
import { keepingSealed, trashOriginals } from '../trash-originals.ts';
import {
  assertFree,
  assertPipe,
  type FileOptions,
  isPiped,
  outputFolder,
  parseJobs,
  usage,
} from './file-options.ts';

interface EncryptOptions extends ClientOptions, FileOptions {
  readonly jobs?: string;
}

/** What the `.key` calls a file that nobody named. */
const UNNAMED = 'stdin';

export function addEncryptCommand(program: Command, context: CliContext): void {
  addCommand(program, 'encrypt').action(async (files: string[], _options, command: Command) => {
    const options = command.optsWithGlobals<EncryptOptions>();
    const workers = parseJobs(options.jobs);
    const work = isPiped(files, options)
      ? await sealingPipe(context, options)
      : await sealingFiles(context, files, options);
    await withAgent(context, options, work, { workers });
  });
}

async function sealingFiles(context: CliContext, paths: readonly string[], options: EncryptOptions) {
  const folder = await outputFolder(options.out);
  const named = await withoutRepeats(paths);
  const { files, folders, sizes } = await lookAtFiles(named);
  if (options.trash) await assertNoLinks(named);
  if (options.trash && folder !== undefined)
    for (const source of folders) await assertOutside(folder, path.resolve(source));
  return async ({ jobs }: Agent) => {
    const { signal } = context;
    const output = jobOutput(context, { ...options, items: sizes, done: 'Sealed' });
    const { report, sealed } = keepingSealed(output);
    if (files.length > 0) await sealFiles(jobs, { sources: files, folder, signal }, report);
    const sealedFolders = new Map<string, FolderToProve>();
    for (const source of folders) {
      const made = await sealFolder(jobs, { source, folder, signal }, output);
      if (made) sealedFolders.set(source, { original: source, sealed: made.out });
    }
    if (!options.trash) return;
    const toProve = { files: sealed(), folders: [...sealedFolders.values()] };
    const originals = [...toProve.files, ...toProve.folders].map(({ original }) => original);
    const items = new Map(originals.map((original) => [original, sizes.get(original)]));
    const proving = jobOutput(context, { ...options, items, done: 'Proved' });
    await trashOriginals(context, jobs, toProve, { json: options.json, report: proving });
  };
}

async function sealingPipe(context: CliContext, options: EncryptOptions) {
  const { terminal, streams, signal } = context;
  terminal.keepOutputForBytes();
  assertPipe(terminal, 'sealkeep encrypt - < FILE > FILE.enc');
  if (terminal.isOutputTerminal)
    throw usage(
      'A sealed file is no text for a terminal; write it to a file: sealkeep encrypt - < FILE > FILE.enc',
    );
  const { name = UNNAMED, keyfile: keyPath } = options;
  if (keyPath !== undefined) await assertFree(keyPath);
  return ({ jobs }: Agent) =>
    throughPipe(context, options, (pipe) =>
      sealThrough(jobs, { content: streams.input, name, keyPath, ...pipe, signal }),
    );
}
