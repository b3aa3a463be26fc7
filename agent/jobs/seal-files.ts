import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { keyFileMac, newDek } from '../../core/crypto/file-key.ts';
import { randomId } from '../../core/crypto/random.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { subjectOf } from '../../core/crypto/tokens.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { formatKeyFile, type KeyFile, keyFileClaims } from '../../shared/formats/key-file.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { ENC_ENDING, fileName } from '../../shared/names/file-name.ts';
import { formatResourceName } from '../../shared/names/resource-name.ts';
import { inputError } from '../engine/file-errors.ts';
import { publishPair } from '../engine/publish-pair.ts';
import { sealToTemporary } from '../engine/seal-file.ts';
import { sealStreamToTemporary } from '../engine/seal-stream.ts';
import { type Source, type StreamSource, sourceLabel } from '../engine/source.ts';
import { groupsOf, sideBySide } from './groups.ts';
import type { JobParts } from './parts.ts';
import { attempt, attemptTogether, type JobReport } from './report.ts';

export interface SealFilesRequest {
  readonly sources: readonly Source[];
  /** Where the pairs go; beside each source where it is not given. Streams lie beside nothing: they need one. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Planned {
  readonly source: Source;
  readonly folder: string;
  readonly name: string;
  readonly size: number;
}

interface Keyed extends Planned {
  readonly resourceName: string;
  readonly wrappedKey: string;
  readonly dek: Secret;
}

interface Sealed extends Keyed {
  readonly temporary: string;
  readonly startedAt: number;
  readonly key: KeyFile;
}

/**
 * Seals files: registers each as a resource, has a fresh DEK wrapped, seals under a temporary name, gives the registry
 * its copy of the wrapped key, and only then gives the pair its names. If the power goes before that, no output is
 * there and the source is as it was; the registry may keep a key that nothing needs.
 */
export async function sealFiles(
  parts: JobParts,
  request: SealFilesRequest,
  report: JobReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  const planned: Planned[] = [];
  for (const source of request.sources) {
    const plan = await attempt(report, sourceLabel(source), () => planOf(source, request.folder));
    if (plan) planned.push(plan);
  }
  for (const group of groupsOf(planned)) await sealGroup(parts, group, request.signal, report);
}

async function planOf(source: Source, folder: string | undefined): Promise<Planned> {
  if (typeof source !== 'string') return planOfStream(source, folder);
  const found = await stat(source).catch((error: unknown) => {
    throw inputError(error, source);
  });
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file: source });
  const name = sealableName(path.basename(source));
  return { source, folder: folder ?? path.dirname(path.resolve(source)), name, size: found.size };
}

function planOfStream(source: StreamSource, folder: string | undefined): Planned {
  if (folder === undefined) throw new TypeError('a stream has no folder of its own');
  return { source, folder, name: sealableName(source.name), size: source.size };
}

/** Looked at before the cloud is: it would refuse all the files of a group for the name of one. */
function sealableName(name: string): string {
  const fits = fileName.safeParse(name).success && fileName.safeParse(name + ENC_ENDING).success;
  if (!fits) throw new SealkeepError('FILE_NAME_REFUSED', { name });
  return name;
}

async function sealGroup(
  parts: JobParts,
  group: readonly Planned[],
  signal: AbortSignal | undefined,
  report: JobReport,
): Promise<void> {
  const sources = group.map((file) => sourceLabel(file.source));
  const keyed = await attemptTogether(report, sources, () => wrapKeys(parts, group, signal));
  if (!keyed) return;
  try {
    const outcomes = await sideBySide(keyed, (file) =>
      attempt(report, sourceLabel(file.source), () => seal(parts, file, signal, report)),
    );
    const sealed = outcomes.filter((file) => file !== undefined);
    if (sealed.length > 0) await publish(parts, sealed, report);
  } finally {
    for (const { dek } of keyed) dek.destroy();
  }
}

async function wrapKeys(
  parts: JobParts,
  group: readonly Planned[],
  signal: AbortSignal | undefined,
): Promise<Keyed[]> {
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  const { access_token: authentication, cloud_token: cloudToken } = await parts.login.tokens();
  const files = group.map(({ name, size }) => ({ id: randomId(), name, size }));
  const { resource_names: names, authorization } = await parts.cloud.registerResources(cloudToken, files);
  assertOwnResources(parts, names, files, subjectOf(authentication));
  const deks = group.map(() => newDek());
  try {
    const items = deks.map((dek, index) => ({
      resource_name: names[index] ?? '',
      key: dek.use((bytes) => bytes.toString('base64')),
    }));
    const reply = await parts.kms.wrapBatch({ authentication, authorization, reason: 'seal' }, items);
    const fits =
      reply.items.length === items.length &&
      reply.items.every((item, index) => item.resource_name === names[index]);
    if (!fits) throw unfitAnswer(parts.kms.peer);
    return group.map((file, index) => {
      const [wrapped, dek] = [reply.items[index], deks[index]];
      if (!wrapped || !dek) throw unfitAnswer(parts.kms.peer);
      return { ...file, resourceName: wrapped.resource_name, wrappedKey: wrapped.wrapped_key, dek };
    });
  } catch (error) {
    for (const dek of deks) dek.destroy();
    throw error;
  }
}

/**
 * The client made the ids, and the owner is the person who seals. A cloud that answers with other ids wants keys of one
 * file under another's name; one that answers with another owner wants them wrapped for that person, who only has to let
 * this one write there.
 */
function assertOwnResources(
  parts: JobParts,
  names: readonly string[],
  files: readonly { readonly id: string }[],
  owner: string | undefined,
): void {
  if (owner === undefined) throw unfitAnswer(parts.kms.peer);
  const fits =
    names.length === files.length &&
    files.every(({ id }, index) => names[index] === formatResourceName({ owner, id }));
  if (!fits) throw unfitAnswer(parts.cloud.peer);
}

function unfitAnswer({
  service,
  address,
}: {
  readonly service: string;
  readonly address: string;
}): SealkeepError {
  return new SealkeepError('SERVER_ANSWER_INVALID', { service, url: address });
}

async function seal(
  parts: JobParts,
  file: Keyed,
  signal: AbortSignal | undefined,
  report: JobReport,
): Promise<Sealed> {
  const { source, folder, dek, resourceName } = file;
  const startedAt = performance.now();
  const prelude = encodePrelude({ resource_name: resourceName, kacls_url: parts.kmsName });
  const onProgress = (bytes: number) => report.progress(sourceLabel(source), bytes, file.size);
  const how = { folder, prelude, dek, onProgress, signal };
  const sealed =
    typeof source === 'string'
      ? await sealToTemporary(parts.engine, { source, ...how })
      : await sealStreamToTemporary({ source, ...how });
  const claims = keyFileClaims({
    resource_name: resourceName,
    name: file.name,
    size: sealed.plaintextBytes,
    created_at: parts.now().toISOString(),
  });
  const key = {
    ...claims,
    kacls_url: parts.kmsName,
    wrapped_key: file.wrappedKey,
    mac: keyFileMac(dek, claims),
  };
  return { ...file, temporary: sealed.temporary, startedAt, key };
}

async function publish(parts: JobParts, sealed: readonly Sealed[], report: JobReport): Promise<void> {
  const sources = sealed.map((file) => sourceLabel(file.source));
  const keys = sealed.map((file) => file.key);
  const registered = await attemptTogether(report, sources, async () => {
    const { cloud_token } = await parts.login.tokens();
    return parts.cloud.putKeys(cloud_token, keys);
  });
  if (!registered) {
    for (const { temporary } of sealed) await rm(temporary, { force: true });
    return;
  }
  await sideBySide(sealed, ({ source, folder, name, temporary, key, startedAt }) =>
    attempt(report, sourceLabel(source), async () => {
      const { enc } = await publishPair({ folder, name, temporary, keyText: formatKeyFile(key) });
      const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
      report.finished({ file: sourceLabel(source), out: enc, bytes: key.size, ms });
    }),
  );
}
