import path from 'node:path';
import { isKeyFileMac } from '../../core/crypto/file-key.ts';
import { Secret } from '../../core/crypto/secret.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { formatKeyFile, keyFileClaims } from '../../shared/formats/key-file.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import { isSameServiceUrl } from '../../shared/names/service-url.ts';
import { type OpenedTemporary, openToTemporary, readPrelude } from '../engine/open-file.ts';
import { openSealedStream, openStreamToTemporary, type SealedStream } from '../engine/open-stream.ts';
import { publishOutput } from '../engine/publish-pair.ts';
import { type Source, sourceLabel } from '../engine/source.ts';
import { type FoundKey, findKey } from './find-key.ts';
import { groupsOf, sideBySide } from './groups.ts';
import type { JobParts } from './parts.ts';
import { attempt, attemptTogether, errorOf, type JobReport } from './report.ts';
import { restoreKeyFile } from './restore-key-file.ts';
import { unwrapKeys } from './unwrap-keys.ts';

export interface OpenFilesRequest {
  readonly sources: readonly Source[];
  /** The `.key` that came with a source, in place of the one beside it. */
  readonly keys?: ReadonlyMap<Source, Source> | undefined;
  /** Where the opened files go; beside each source where it is not given. Streams lie beside nothing: they need one. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Inspected {
  /** How the report names it. */
  readonly label: string;
  /** A stream waits, with its prelude looked at, until its key is here. */
  readonly source: string | SealedStream;
  readonly prelude: Prelude;
  readonly size: number;
  readonly found: FoundKey;
}

/** Refusals that have another reason where the file was sealed with another KMS. */
const STRANGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CLOUD_NOT_FOUND',
  'GRANT_MISSING',
  'RESOURCE_MISMATCH',
  'WRAPPED_KEY_INVALID',
  'KEY_MISSING',
]);

/**
 * Opens sealed files: finds each one's wrapped key, has it unwrapped, checks what its `.key` claims, opens under a
 * temporary name and publishes the whole file only. Asks the profile's own servers and nobody else, whatever a file says.
 */
export async function openFiles(
  parts: JobParts,
  request: OpenFilesRequest,
  report: JobReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  const inspected: Inspected[] = [];
  try {
    for (const source of request.sources) {
      const one = await attempt(report, sourceLabel(source), () => inspect(parts, source, request));
      if (one) inspected.push(one);
    }
    for (const group of groupsOf(inspected)) await openGroup(parts, group, request, report);
  } finally {
    for (const { source } of inspected) closeStream(source);
  }
}

function closeStream(source: Inspected['source']): void {
  if (typeof source !== 'string') source.reader.close();
}

async function inspect(parts: JobParts, from: Source, request: OpenFilesRequest): Promise<Inspected> {
  const label = sourceLabel(from);
  const source = typeof from === 'string' ? from : await openSealedStream(from, request.signal);
  const { prelude, encBytes } = typeof source === 'string' ? await readPrelude(source) : source;
  try {
    assertOurs(prelude, label);
    const found = await findKey(parts, from, prelude.header.resource_name, request.keys?.get(from));
    return { label, source, prelude, size: encBytes, found };
  } catch (error) {
    closeStream(source);
    throw explained(parts, { label, prelude }, error);
  }
}

/** Our KMS seals under names of our realm only: any other is another KMS's, or nobody's. */
function assertOurs({ header }: Prelude, file: string): void {
  if (splitResourceName(header.resource_name)) return;
  throw new SealkeepError('RESOURCE_MISMATCH', { file });
}

async function openGroup(
  parts: JobParts,
  group: readonly Inspected[],
  request: OpenFilesRequest,
  report: JobReport,
): Promise<void> {
  const keys = group.map((file) => file.found.key);
  const sources = group.map((file) => file.label);
  const outcomes = await attemptTogether(report, sources, () => unwrapKeys(parts, keys));
  if (!outcomes) return;
  try {
    await sideBySide([...group.entries()], async ([index, file]) => {
      const outcome = outcomes[index];
      if (outcome instanceof Secret) {
        await attempt(report, file.label, () => open(parts, file, outcome, request, report));
      } else report.failed(file.label, errorOf(file.label, explained(parts, file, outcome)));
    });
  } finally {
    for (const outcome of outcomes) if (outcome instanceof Secret) outcome.destroy();
  }
}

async function open(
  parts: JobParts,
  { label, source, prelude, found }: Inspected,
  dek: Secret,
  request: OpenFilesRequest,
  report: JobReport,
): Promise<void> {
  const { key, keyName, isFromRegistry, missingAt } = found;
  if (!isKeyFileMac(dek, keyFileClaims(key), key.mac)) {
    // Nobody can mend the registry's copy by removing a file.
    if (isFromRegistry) {
      const { service, address } = parts.cloud.peer;
      throw new SealkeepError('SERVER_ANSWER_INVALID', { service, url: address });
    }
    throw new SealkeepError('KEY_FILE_ALTERED', { file: keyName });
  }
  const startedAt = performance.now();
  const folder = request.folder ?? folderOf(source);
  const onProgress = (bytes: number) => report.progress(label, bytes, key.size);
  const how = { folder, dek, onProgress, signal: request.signal };
  const opened: OpenedTemporary =
    typeof source === 'string'
      ? await openToTemporary(parts.engine, { source, prelude, ...how })
      : await openStreamToTemporary({ source, ...how });
  const name = label.endsWith(ENC_ENDING) ? path.basename(label, ENC_ENDING) : key.name;
  const out = await publishOutput({ folder, name, temporary: opened.temporary });
  const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
  if (missingAt !== undefined) await restoreKeyFile(missingAt, formatKeyFile(key));
  report.finished({ file: label, out, bytes: opened.plaintextBytes, ms });
}

function folderOf(source: Inspected['source']): string {
  if (typeof source !== 'string') throw new TypeError('a stream has no folder of its own');
  return path.dirname(path.resolve(source));
}

/** Says that a file belongs to another KMS where that is why ours and its cloud do not know it. */
function explained(
  parts: JobParts,
  { label, prelude }: Pick<Inspected, 'label' | 'prelude'>,
  error: unknown,
): unknown {
  const { kacls_url } = prelude.header;
  if (!isSealkeepError(error) || !STRANGE.has(error.code) || isSameServiceUrl(kacls_url, parts.kmsName))
    return error;
  return new SealkeepError('FILE_OTHER_KMS', { file: label, kacls_url }, { cause: error });
}
