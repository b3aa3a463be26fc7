import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Secret } from '../../core/crypto/secret.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { formatKeyFile, type KeyFile } from '../../shared/formats/key-file.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { inputError } from '../engine/file-errors.ts';
import { type PreludeOfFile, readPrelude } from '../engine/open-file.ts';
import { openSealedStream, type SealedStream } from '../engine/open-stream.ts';
import { type Source, sourceLabel } from '../engine/source.ts';
import { readAt } from '../engine/source-file.ts';
import { assertProven } from './assert-proven.ts';
import { type FoundKey, findKey } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { renewKeyFile } from './renew-key-file.ts';
import { attempt, type JobReport, msSince } from './report.ts';
import { unwrapKeys } from './unwrap-keys.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface UploadFilesRequest {
  readonly sources: readonly Source[];
  /** The `.key` that came with a source, in place of the one beside it. */
  readonly keys?: ReadonlyMap<Source, Source> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Uploads pairs, one after the other; `out` is the name that the cloud lists them by. It has no folders: those are refused. */
export async function uploadFiles(
  parts: JobParts,
  request: UploadFilesRequest,
  report: JobReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  for (const source of request.sources) {
    await attempt(report, sourceLabel(source), () => uploadPair(parts, source, request, report));
  }
}

async function uploadPair(
  parts: JobParts,
  source: Source,
  request: UploadFilesRequest,
  report: JobReport,
): Promise<void> {
  if (typeof source === 'string') {
    await assertNoFolder(source);
    const { prelude, encBytes } = await readPrelude(source);
    const bytes = (onSent: Sent) => sealedBytes(source, encBytes, onSent);
    return send(parts, source, { prelude, encBytes, bytes }, request, report);
  }
  const stream = await openSealedStream(source, request.signal);
  try {
    const bytes = (onSent: Sent) => streamedBytes(stream, onSent);
    await send(parts, source, { ...stream, bytes }, request, report);
  } finally {
    stream.reader.close();
  }
}

/** @throws SealkeepError FILE_IS_A_FOLDER, and what a file that can't be looked at throws. */
async function assertNoFolder(source: string): Promise<void> {
  const found = await stat(source).catch((error: unknown) => {
    throw inputError(error, source);
  });
  if (found.isDirectory()) throw new SealkeepError('FILE_IS_A_FOLDER', { file: source });
}

type Sent = (bytes: number) => void;

interface Sealed extends PreludeOfFile {
  bytes(onSent: Sent): AsyncGenerator<Uint8Array>;
}

async function send(
  parts: JobParts,
  source: Source,
  { prelude, encBytes, bytes }: Sealed,
  { keys, signal }: UploadFilesRequest,
  report: JobReport,
): Promise<void> {
  const startedAt = performance.now();
  const label = sourceLabel(source);
  const found = await findKey(parts, source, prelude.header.resource_name, keys?.get(source));
  const key = await keyThatOpens(parts, found);
  const { cloud_token } = await parts.login.tokens();
  const enc = Readable.from(
    bytes((sent) => report.progress(label, sent, encBytes)),
    { objectMode: false, highWaterMark: CHUNK_BYTES },
  );
  const fileName = key.name + ENC_ENDING;
  const uploaded = await parts.cloud.upload(
    cloud_token,
    { fileName, enc, encBytes, keyText: formatKeyFile(key) },
    signal,
  );
  const ms = msSince(startedAt);
  report.finished({ file: label, out: uploaded.name, bytes: key.size, ms });
}

/**
 * What is uploaded replaces the registry's copy, so a `.key` whose wrapped key no longer opens would lose the file, and
 * one that hangs on an old key version would go on hanging there.
 * @returns the `.key` with the newest wrapped key, which is written to its place too.
 * @throws SealkeepError WRAPPED_KEY_INVALID, KEY_FILE_ALTERED and what an unwrap throws.
 */
async function keyThatOpens(parts: JobParts, found: FoundKey): Promise<KeyFile> {
  let wrappedKey = found.key.wrapped_key;
  const [dek] = await unwrapKeys(parts, [found.key], 'upload', (_, renewed) => {
    wrappedKey = renewed;
  });
  if (!(dek instanceof Secret)) throw dek ?? new SealkeepError('INTERNAL');
  try {
    assertProven(parts, dek, found);
  } finally {
    dek.destroy();
  }
  if (wrappedKey === found.key.wrapped_key) return found.key;
  await renewKeyFile(parts.engine, found.keyPath, found.key, wrappedKey);
  return { ...found.key, wrapped_key: wrappedKey };
}

/**
 * Exactly the bytes that were promised: a file that grows meanwhile is cut there, and refused by its own last segment.
 * It is opened when the first byte is asked for, and closed wherever the reading ends.
 * @throws SealkeepError FILE_CHANGED where it became shorter, and what a file that can't be read throws.
 */
async function* sealedBytes(
  source: string,
  encBytes: number,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const file = await open(source).catch((error: unknown) => {
    throw inputError(error, source);
  });
  try {
    for (let sent = 0; sent < encBytes; ) {
      const chunk = await readAt(file, source, Math.min(CHUNK_BYTES, encBytes - sent), sent);
      if (chunk.length === 0) throw new SealkeepError('FILE_CHANGED', { file: source });
      yield chunk;
      sent += chunk.length;
      onSent(sent);
    }
  } finally {
    await file.close();
  }
}

/** The same of a stream, which is refused where it gives fewer bytes or more. */
async function* streamedBytes(
  { reader, source, encBytes }: SealedStream,
  onSent: Sent,
): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < encBytes; ) {
    const chunk = await reader.read(Math.min(CHUNK_BYTES, encBytes - sent));
    if (chunk.length === 0) throw new SealkeepError('FILE_CHANGED', { file: source.name });
    sent += chunk.length;
    if (sent === encBytes) await reader.assertEnd();
    // A copy: what is sent is still on its way when the reader's own bytes are the next ones.
    yield Buffer.from(chunk);
    onSent(sent);
  }
}
