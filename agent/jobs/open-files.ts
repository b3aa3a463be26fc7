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
import { openToTemporary, readPrelude } from '../engine/open-file.ts';
import { publishOutput } from '../engine/publish-pair.ts';
import { type FoundKey, findKey } from './find-key.ts';
import { groupsOf, sideBySide } from './groups.ts';
import type { JobParts } from './parts.ts';
import { attempt, attemptTogether, errorOf, type JobReport } from './report.ts';
import { restoreKeyFile } from './restore-key-file.ts';
import { unwrapKeys } from './unwrap-keys.ts';

export interface OpenFilesRequest {
  readonly sources: readonly string[];
  /** Where the opened files go; beside each source where it is not given. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Inspected {
  readonly source: string;
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
  for (const source of request.sources) {
    const one = await attempt(report, source, () => inspect(parts, source));
    if (one) inspected.push(one);
  }
  for (const group of groupsOf(inspected)) await openGroup(parts, group, request, report);
}

async function inspect(parts: JobParts, source: string): Promise<Inspected> {
  const { prelude, encBytes } = await readPrelude(source);
  try {
    assertOurs(prelude, source);
    const found = await findKey(parts, source, prelude.header.resource_name);
    return { source, prelude, size: encBytes, found };
  } catch (error) {
    throw explained(parts, { source, prelude }, error);
  }
}

/** Our KMS seals under names of our realm only: any other is another KMS's, or nobody's. */
function assertOurs({ header }: Prelude, source: string): void {
  if (splitResourceName(header.resource_name)) return;
  throw new SealkeepError('RESOURCE_MISMATCH', { file: source });
}

async function openGroup(
  parts: JobParts,
  group: readonly Inspected[],
  request: OpenFilesRequest,
  report: JobReport,
): Promise<void> {
  const keys = group.map((file) => file.found.key);
  const sources = group.map((file) => file.source);
  const outcomes = await attemptTogether(report, sources, () => unwrapKeys(parts, keys));
  if (!outcomes) return;
  try {
    await sideBySide([...group.entries()], async ([index, file]) => {
      const outcome = outcomes[index];
      if (outcome instanceof Secret) {
        await attempt(report, file.source, () => open(parts, file, outcome, request, report));
      } else report.failed(file.source, errorOf(file.source, explained(parts, file, outcome)));
    });
  } finally {
    for (const outcome of outcomes) if (outcome instanceof Secret) outcome.destroy();
  }
}

async function open(
  parts: JobParts,
  { source, prelude, found }: Inspected,
  dek: Secret,
  request: OpenFilesRequest,
  report: JobReport,
): Promise<void> {
  const { key, keyPath, isFromRegistry } = found;
  if (!isKeyFileMac(dek, keyFileClaims(key), key.mac)) {
    // Nobody can mend the registry's copy by removing a file.
    if (isFromRegistry) {
      const { service, address } = parts.cloud.peer;
      throw new SealkeepError('SERVER_ANSWER_INVALID', { service, url: address });
    }
    throw new SealkeepError('KEY_FILE_ALTERED', { file: path.basename(keyPath) });
  }
  const startedAt = performance.now();
  const folder = request.folder ?? path.dirname(path.resolve(source));
  const onProgress = (bytes: number) => report.progress(source, bytes, key.size);
  const { signal } = request;
  const opened = await openToTemporary(parts.engine, { source, prelude, folder, dek, onProgress, signal });
  const name = source.endsWith(ENC_ENDING) ? path.basename(source, ENC_ENDING) : key.name;
  const out = await publishOutput({ folder, name, temporary: opened.temporary });
  const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
  if (isFromRegistry) await restoreKeyFile(keyPath, formatKeyFile(key));
  report.finished({ file: source, out, bytes: opened.plaintextBytes, ms });
}

/** Says that a file belongs to another KMS where that is why ours and its cloud do not know it. */
function explained(
  parts: JobParts,
  { source, prelude }: Pick<Inspected, 'source' | 'prelude'>,
  error: unknown,
): unknown {
  const { kacls_url } = prelude.header;
  if (!isSealkeepError(error) || !STRANGE.has(error.code) || isSameServiceUrl(kacls_url, parts.kmsName))
    return error;
  return new SealkeepError('FILE_OTHER_KMS', { file: source, kacls_url }, { cause: error });
}
