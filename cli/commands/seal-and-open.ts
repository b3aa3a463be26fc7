import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { jobOutput } from '../job-output.ts';
import { keepingSealed, trashOriginals } from '../trash-originals.ts';

interface JobCommandOptions extends ClientOptions {
  readonly out?: string;
}

interface EncryptOptions extends JobCommandOptions {
  readonly trash?: true;
}

export function addEncryptCommand(program: Command, context: CliContext): void {
  program
    .command('encrypt <files...>')
    .description(
      'seal files: NAME.enc and NAME.key appear beside each, or in --out; the files stay as they are (see --trash)',
    )
    .option('--out <folder>', 'where the pairs go')
    .option(
      '--trash',
      'then read each pair back, have the KMS unwrap its key, compare every byte, and only then move the file to the trash',
    )
    .action(async (files: string[], _options, command: Command) => {
      const options = command.optsWithGlobals<EncryptOptions>();
      const folder = await outputFolder(options.out);
      await withAgent(context, options, async ({ jobs }) => {
        const request = { sources: files, folder, signal: context.signal };
        const output = jobOutput(context, { ...options, done: 'Sealed' });
        const { report, sealed } = keepingSealed(output);
        await sealFiles(jobs, request, report);
        if (options.trash)
          await trashOriginals(context, jobs, sealed(), { json: options.json, report: output });
      });
    });
}

export function addDecryptCommand(program: Command, context: CliContext): void {
  program
    .command('decrypt <files...>')
    .description('open sealed files (.enc), beside each or in --out; nothing is overwritten')
    .option('--out <folder>', 'where the opened files go')
    .action(async (files: string[], _options, command: Command) => {
      const options = command.optsWithGlobals<JobCommandOptions>();
      const folder = await outputFolder(options.out);
      await withAgent(context, options, async ({ jobs }) => {
        const request = { sources: files, folder, signal: context.signal };
        await openFiles(jobs, request, jobOutput(context, { ...options, done: 'Opened' }));
      });
    });
}

/** @throws SealkeepError OUTPUT_NOT_WRITABLE where the folder is not there. */
export async function outputFolder(option: string | undefined): Promise<string | undefined> {
  if (option === undefined) return undefined;
  const folder = path.resolve(option);
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    throw new SealkeepError('OUTPUT_NOT_WRITABLE', { folder }, { cause });
  }
  throw new SealkeepError('OUTPUT_NOT_WRITABLE', { folder });
}
