import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { sealedFilesIn } from '../../agent/folders/sealed-files.ts';
import { openThrough } from '../../agent/jobs/open-through.ts';
import { attempt } from '../../agent/jobs/report.ts';
import { type VerifiedFile, type VerifyReport, verifyFiles } from '../../agent/jobs/verify-files.ts';
import { verifyListed } from '../../agent/jobs/verify-listed.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { counted } from '../counted.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { lookAtFiles } from '../given-files.ts';
import { jobOutput } from '../job-output.ts';
import { addCommand } from '../manual/add-command.ts';
import { formatBytes } from '../progress-line.ts';
import { errorJson } from '../terminal.ts';
import {
  assertPipe,
  type FileOptions,
  isPiped,
  outputFolder,
  parseJobs,
  STANDARD_INPUT,
  usage,
} from './file-options.ts';

interface VerifyOptions extends ClientOptions, FileOptions {
  readonly salvage?: true;
  readonly jobs?: string;
}

const RUNNING = 'verify';

export function addVerifyCommand(program: Command, context: CliContext): void {
  addCommand(program, 'verify').action(async (files: string[], _options, command: Command) => {
    const options = command.optsWithGlobals<VerifyOptions>();
    const workers = parseJobs(options.jobs);
    const work = isPiped(files, options)
      ? verifyingPipe(context, options)
      : await verifyingFiles(context, files, options);
    await withAgent(context, options, work, { workers });
  });
}

async function verifyingFiles(context: CliContext, paths: readonly string[], options: VerifyOptions) {
  const { out, salvage: isSalvage = false } = options;
  if (out !== undefined && !isSalvage) throw usage('--out goes with --salvage.');
  const folder = await outputFolder(out);
  const { files, folders, sizes } = await lookAtFiles(paths);
  return async ({ jobs }: Agent) => {
    const { signal } = context;
    const items = new Map(files.map((file) => [file, sizes.get(file)]));
    const { failed: leaveOut } = jobOutput(context, {
      ...options,
      items: new Map(),
      done: 'Verified',
      running: RUNNING,
    });
    const sealedFolders: string[] = [];
    for (const tree of folders)
      await attempt({ failed: leaveOut }, tree, async () => {
        const found = await sealedFilesIn(tree, { signal, leaveOut });
        for (const [file, size] of found.files) items.set(file, size);
        sealedFolders.push(...found.folders);
      });
    const seen = new Map<string, string | undefined>(Array.from(items.keys(), (file) => [file, undefined]));
    const report = verifyOutput(context, options, items);
    const noting: VerifyReport = {
      ...report,
      verified(file) {
        if (file.damage.length === 0) seen.set(file.file, file.resourceName);
        report.verified(file);
      },
    };
    await verifyFiles(jobs, { sources: [...items.keys()], isSalvage, folder, signal }, noting);
    for (const sealed of sealedFolders) await verifyListed(jobs, { folder: sealed, seen, signal }, report);
  };
}

/** An opening to nowhere: it says at which segment a stream stops to be what was sealed. */
function verifyingPipe(context: CliContext, options: VerifyOptions) {
  const { terminal, streams, signal, endWith } = context;
  if (options.salvage) throw usage('--salvage needs a file that it can read twice; - has none.');
  assertPipe(terminal, 'sealkeep verify - < FILE.enc');
  return async ({ jobs }: Agent) => {
    const content = streams.input;
    const startedAt = performance.now();
    try {
      const write = async () => undefined;
      const { keyfile: keyPath } = options;
      const bytes = await openThrough(jobs, { content, keyPath, reason: 'verify', write, signal });
      const ms = Math.round(performance.now() - startedAt);
      const key = keyPath === undefined ? 'registry' : 'beside';
      if (options.json) terminal.printJson({ file: STANDARD_INPUT, bytes, ms, key, damage: [] });
      else terminal.print(`Verified ${content.name} (${formatBytes(bytes)})`);
    } catch (error) {
      if (!isSealkeepError(error, 'STREAM_DAMAGED')) throw error;
      endWith(exitCodeOf(error.code));
      if (options.json) terminal.printJson({ file: STANDARD_INPUT, error: errorJson(error) });
      else
        terminal.note(
          `${content.name} is damaged or ends too early: its first ${counted(Number(error.details['bytes']), 'byte')} opened, and nothing after that.`,
        );
    }
  };
}

function verifyOutput(
  context: CliContext,
  options: VerifyOptions,
  items: ReadonlyMap<string, number | undefined>,
): VerifyReport {
  const { terminal, endWith } = context;
  const { failed, progress, settled } = jobOutput(context, {
    ...options,
    items,
    done: 'Verified',
    running: RUNNING,
  });
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
      settled(file.file);
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
    ...(keyError ? { key_error: errorJson(keyError, RUNNING) } : {}),
    ...(error ? { error: errorJson(error) } : {}),
    ...(partial ? { partial } : {}),
  };
}

/** Of a file that is not as it was, a line for each thing that is not. */
function findings({ file, damage, keyError, segments, good }: VerifiedFile): string[] {
  const state =
    good === segments
      ? 'is damaged, and nothing is lost: all of its segments open.'
      : `is damaged: ${segments - good} of its ${segments} segments cannot be opened.`;
  return [
    ...(damage.length > 0 ? [`${file} ${state}`] : []),
    ...damage.map((one) => `  ${sentenceOf(one)}`),
    ...(keyError
      ? [`${sentenceOfKey(file, keyError)} The registry's copy was used for ${file}, and fits.`]
      : []),
  ];
}

function sentenceOfKey(file: string, error: SealkeepError): string {
  // Now it is known which of the two is wrong.
  if (isSealkeepError(error, 'KEY_FILE_MISMATCH'))
    return `The .key beside ${file} is that of another sealed file.`;
  return errorJson(error, RUNNING).message;
}

function sentenceOf(damage: VerifiedFile['damage'][number]): string {
  const at = `${spanOf(damage.enc)} of the .enc`;
  switch (damage.kind) {
    case 'prelude':
      return `${at}: changed, in its beginning; the .key makes up for that`;
    case 'stream-header':
      return damage.enc.length === 1
        ? `${at}: changed; nothing is lost by it`
        : `${at}: the stream header, which may be all that is damaged: one changed byte of it and no segment opens`;
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
  if (lost === 0) return `${formatBytes(bytes)}, all of it`;
  return `${formatBytes(bytes - lost)} of ${formatBytes(bytes)}; what is lost are zeros`;
}
