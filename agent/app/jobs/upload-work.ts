import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { isSealkeepError, type SealkeepError } from '../../../shared/errors/error.ts';
import { readPrelude } from '../../engine/open-file.ts';
import type { JobParts } from '../../jobs/parts.ts';
import { sealFiles } from '../../jobs/seal-files.ts';
import { uploadFiles } from '../../jobs/upload-files.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import { isFolder, type PlannedFile } from './drop-plan.ts';
import {
  filesToRun,
  keysOf,
  offeredFiles,
  type PlacedFile,
  type Reporting,
  reportOf,
  runsOf,
} from './file-runs.ts';
import { byOutputFolder } from './output-folder.ts';
import { dropPair, pairOf } from './single-file.ts';
import type { RunOptions, Work } from './work.ts';

/** So many are sealed before they are uploaded: their pairs lie on the disk meanwhile. */
const SEALED_AT_ONCE = 100;

/** After these nobody knows whether the cloud has the file: the answer may have been lost. */
const DOUBTFUL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SERVER_UNREACHABLE',
  'SERVER_TIMEOUT',
  'SERVER_ANSWER_INVALID',
]);

/** The `.enc` that was made of a file, by the file's place in the job. */
type Pairs = Map<number, string>;

/** Uploads `.enc` files with their keys, and plain ones, which are sealed first. Folders fail: the cloud has none. */
export function uploadWork(parts: WorkParts, files: readonly PlannedFile[]): Omit<Work, 'kept'> {
  // Of which nobody knows whether the cloud has them. Sealed anew they would be other files under a name that is taken.
  const doubtful: Pairs = new Map();
  return {
    kind: 'upload',
    ...offeredFiles(files),
    // A server lets nobody hold a connection for ever.
    holding: 'never',
    run: (how) =>
      asPerson(parts, how.signal, async (jobs, failed) => {
        const { signal, report } = how;
        const all = filesToRun(files, how);
        const isSent = (file: PlannedFile) => file.isSealed || isFolder(file);
        for (const run of runsOf(all.filter(isSent))) {
          const request = { sources: run.map(({ source }) => source), keys: keysOf(run), signal };
          await uploadFiles(jobs, request, reportOf(run, { report, failed, outputsOf: () => [] }));
        }
        const plain = all.filter((file) => !isSent(file));
        const again = plain.filter(({ index }) => doubtful.has(index));
        const upload: Upload = { jobs, how, failed, doubtful };
        await sendPairs(upload, again, new Map(doubtful));
        const others = plain.filter((file) => !again.includes(file));
        for (const place of await byOutputFolder(jobs.engine.temporaries, others, parts.outputFolder())) {
          for (const run of runsOf(place.files)) {
            for (let start = 0; start < run.length; start += SEALED_AT_ONCE) {
              const some = run.slice(start, start + SEALED_AT_ONCE);
              await sendPairs(upload, some, await sealed(upload, some, place.folder));
            }
          }
        }
      }),
  };
}

interface Upload {
  readonly jobs: JobParts;
  readonly how: RunOptions;
  readonly failed: Reporting['failed'];
  readonly doubtful: Pairs;
}

/** @returns what was made of those that did not fail; nothing is left where it throws. */
async function sealed(
  { jobs, how: { signal, report }, failed }: Upload,
  files: readonly PlacedFile[],
  folder: string | undefined,
): Promise<Pairs> {
  const pairs: Pairs = new Map();
  const sealing = {
    ...report,
    finished: (index: number, [enc = '']: readonly string[]) => void pairs.set(index, enc),
    progress: (index: number, bytes: number, total: number) => report.progress(index, bytes, total * 2),
  };
  const sources = files.map(({ source }) => source);
  const outputsOf = ({ out }: { readonly out: string }) => pairOf(out);
  try {
    const request = { sources, folder, signal };
    await sealFiles(jobs, request, reportOf(files, { report: sealing, failed, outputsOf }));
    return pairs;
  } catch (error) {
    for (const enc of pairs.values()) await dropPair(enc);
    throw error;
  }
}

/**
 * The pairs stay where a seal would have put them; where an upload fails or is cancelled its pair goes again, but for those
 * of which nobody knows whether the cloud has them.
 */
async function sendPairs(
  { jobs, how, failed, doubtful }: Upload,
  files: readonly PlacedFile[],
  pairs: Pairs,
): Promise<void> {
  const { report, signal } = how;
  const sent = files.flatMap((file) => {
    const enc = pairs.get(file.index);
    return enc === undefined ? [] : [{ ...file, source: enc }];
  });
  if (sent.length === 0) return;
  const sizes = new Map(files.map(({ index, file }) => [index, file.size]));
  const inDoubt = new Map<number, SealkeepError>();
  const done = (index: number) => {
    report.finished(index, pairOf(pairs.get(index) ?? ''));
    pairs.delete(index);
    doubtful.delete(index);
  };
  const sending = {
    finished: done,
    failed(index: number, error: SealkeepError) {
      if (DOUBTFUL.has(error.code)) return void inDoubt.set(index, error);
      doubtful.delete(index);
      report.failed(index, error);
    },
    progress(index: number, bytes: number, total: number) {
      const size = sizes.get(index) ?? 0;
      report.progress(index, size + bytes, size + total);
    },
  };
  try {
    const request = { sources: sent.map(({ source }) => source), signal };
    await uploadFiles(jobs, request, reportOf(sent, { report: sending, failed, outputsOf: () => [] }));
    const arrived = inDoubt.size > 0 ? await resourcesInCloud(jobs) : undefined;
    for (const [index, error] of inDoubt) {
      const enc = pairs.get(index) ?? '';
      if (arrived && (await isAmong(arrived, enc))) done(index);
      else {
        if (arrived) doubtful.delete(index);
        else if (!signal.aborted) doubtful.set(index, enc);
        report.failed(index, error);
      }
    }
  } finally {
    for (const [index, enc] of pairs) if (doubtful.get(index) !== enc) await dropPair(enc);
  }
}

/** @returns undefined where the cloud can't be asked now. */
async function resourcesInCloud({ login, cloud }: JobParts): Promise<ReadonlySet<string> | undefined> {
  try {
    const { cloud_token, user } = await login.tokens();
    return new Set((await cloud.list(cloud_token, user)).map(({ resource_name }) => resource_name));
  } catch (error) {
    if (!isSealkeepError(error)) throw error;
    return undefined;
  }
}

async function isAmong(resources: ReadonlySet<string>, enc: string): Promise<boolean> {
  return resources.has((await readPrelude(enc)).prelude.header.resource_name);
}
