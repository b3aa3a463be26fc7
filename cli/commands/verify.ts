import type { Command } from 'commander';
import { type VerifiedFile, type VerifyReport, verifyFiles } from '../../agent/jobs/verify-files.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { jobOutput } from '../job-output.ts';
import { formatBytes } from '../progress-line.ts';
import { errorJson } from '../terminal.ts';
import { outputFolder } from './seal-and-open.ts';

interface VerifyOptions extends ClientOptions {
  readonly salvage?: true;
  readonly out?: string;
}

const HELP = `
Every segment is looked at, as an opening would, and no plaintext is written. Of a damaged file verify says which bytes
of the .enc are bad and which bytes of the file are lost by it; it ends with 7 then.

--salvage writes what still opens to "NAME (partial).ENDING": as long as the file was, with zeros for what is lost. A
damaged beginning (the prelude) is made anew from the .key. A damaged stream header, the 40 bytes after it, leaves
nothing that opens.

With --json each file is one line: {"file", "bytes", "ms", "key": "beside" or "registry", "damage": []}. A damaged one
has an "error" as well, and "damage": [{"kind", "enc": {"offset", "length"}, "plaintext": {"offset", "length"}}], of
kind "segments", "cut" (the file ends too early), "surplus" (it goes on), "prelude" or "stream-header"; a salvaged one
"partial". A .key that does not fit stands under "key_error".`;

export function addVerifyCommand(program: Command, context: CliContext): void {
  program
    .command('verify <files...>')
    .description(
      'look through sealed files (.enc) for damage, without opening them; --salvage keeps the rest',
    )
    .option(
      '--salvage',
      'write what still opens of a damaged file, under a name that says that it is partial',
    )
    .option('--out <folder>', 'where that goes; beside each file where it is not given')
    .addHelpText('after', HELP)
    .action(async (files: string[], _options, command: Command) => {
      const options = command.optsWithGlobals<VerifyOptions>();
      if (options.out !== undefined && !options.salvage)
        throw new SealkeepError('USAGE', { reason: '--out goes with --salvage.' });
      const folder = await outputFolder(options.out);
      await withAgent(context, options, async ({ jobs }) => {
        const request = {
          sources: files,
          isSalvage: options.salvage ?? false,
          folder,
          signal: context.signal,
        };
        await verifyFiles(jobs, request, verifyOutput(context, options));
      });
    });
}

function verifyOutput(context: CliContext, options: VerifyOptions): VerifyReport {
  const { terminal, endWith } = context;
  const { failed, progress } = jobOutput(context, { ...options, done: 'Verified' });
  return {
    failed,
    progress,
    verified(file) {
      const error = errorOf(file);
      if (error) endWith(exitCodeOf(error.code));
      if (options.json) terminal.printJson(lineOf(file, error));
      else {
        if (error) for (const line of findings(file)) terminal.note(line);
        else terminal.print(`Verified ${file.file} (${formatBytes(file.bytes)})`);
        if (file.partial) terminal.print(`Salvaged ${file.partial.out} (${leftOf(file)})`);
        else if (options.salvage && file.damage.length > 0)
          terminal.note(`No segment of ${file.file} opens any more, so there is nothing to salvage.`);
      }
    },
  };
}

/** What the command ends with: damage comes before a `.key` that another one stood in for. */
function errorOf({ file, damage, keyError }: VerifiedFile): SealkeepError | undefined {
  return damage.length > 0 ? new SealkeepError('FILE_DAMAGED', { file }) : keyError;
}

function lineOf({ file, bytes, ms, key, keyError, damage, partial }: VerifiedFile, error?: SealkeepError) {
  return {
    ...{ file, bytes, ms, key, damage },
    ...(keyError ? { key_error: errorJson(keyError) } : {}),
    ...(error ? { error: errorJson(error) } : {}),
    ...(partial ? { partial } : {}),
  };
}

/** Of a file that is not as it was, a line for each thing that is not. */
function findings({ file, damage, keyError, segments, good }: VerifiedFile): string[] {
  const state =
    good === segments
      ? 'all of its segments still open'
      : `${segments - good} of its ${segments} segments cannot be opened`;
  return [
    ...(damage.length > 0 ? [`${file} is damaged: ${state}.`] : []),
    ...damage.map((one) => `  ${sentenceOf(one)}`),
    ...(keyError
      ? [`${errorJson(keyError).message} The registry's copy was used for ${file}, and fits.`]
      : []),
  ];
}

function sentenceOf(damage: VerifiedFile['damage'][number]): string {
  const at = `${spanOf(damage.enc)} of the .enc`;
  switch (damage.kind) {
    case 'prelude':
      return `${at}: changed, in its beginning; the .key makes up for that`;
    case 'stream-header':
      return `${at}: changed; nothing is lost by it`;
    case 'surplus':
      return `${at}: more than there should be`;
    case 'segments':
      return `${at}: bad; lost of the file: ${spanOf(damage.plaintext)}`;
    case 'cut':
      return `${at}: not all there; lost of the file: ${spanOf(damage.plaintext)}`;
  }
}

/** Counted from 0, the last one included. */
function spanOf({ offset, length }: { readonly offset: number; readonly length: number }): string {
  if (length === 0) return 'nothing';
  return length === 1 ? `byte ${offset}` : `bytes ${offset} to ${offset + length - 1}`;
}

function leftOf({ bytes, damage }: VerifiedFile): string {
  const lost = damage.reduce((sum, one) => sum + ('plaintext' in one ? one.plaintext.length : 0), 0);
  return `${formatBytes(bytes - lost)} of ${formatBytes(bytes)}${lost > 0 ? '; what is lost are zeros' : ''}`;
}
