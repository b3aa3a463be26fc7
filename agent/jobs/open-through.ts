import { Secret } from '../../core/crypto/secret.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import { openSegments } from '../engine/open-segments.ts';
import { readStreamPrelude } from '../engine/open-stream.ts';
import type { Content } from '../engine/source.ts';
import { openStreamReader, type StreamReader } from '../engine/stream-reader.ts';
import { proven } from './assert-proven.ts';
import { explained } from './explained.ts';
import { findKey } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { type UnwrapReason, unwrapKeys } from './unwrap-keys.ts';

export interface OpenThroughRequest {
  /** A `.enc` of a length that nobody knows. */
  readonly content: Content;
  /** Its `.key`; the registry's copy where it is not given. */
  readonly keyPath?: string | undefined;
  /** What the audit log says it was for. */
  readonly reason: UnwrapReason;
  /** Takes the plaintext; the piece's memory is given back once this resolves. */
  write(piece: Buffer): Promise<void>;
  onProgress?(plaintextBytes: number): void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a stream into a stream: bytes go out only once their segment's tag was checked. They are the whole file only when
 * this returns.
 * @returns plaintext bytes.
 * @throws SealkeepError STREAM_DAMAGED where something was written before it was seen that the stream is damaged or ends
 *   too early; else what opening a file throws, FILE_NOT_FOUND where there is no `keyPath`, and what `write` throws.
 */
export async function openThrough(parts: JobParts, request: OpenThroughRequest): Promise<number> {
  const { content, signal } = request;
  await parts.login.tokens();
  const reader = await openStreamReader(content, signal);
  try {
    const prelude = await readStreamPrelude(reader, content.name);
    const dek = await dekOf(parts, request, prelude).catch((error: unknown) => {
      throw explained(parts, { label: content.name, prelude }, error);
    });
    try {
      return await openSegmentsThrough(request, { reader, prelude, dek });
    } finally {
      dek.destroy();
    }
  } finally {
    reader.close();
  }
}

/** @returns the caller's, who destroys it. */
async function dekOf(
  parts: JobParts,
  { content, keyPath, reason }: OpenThroughRequest,
  { header: { resource_name } }: Prelude,
): Promise<Secret> {
  const file = content.name;
  if (!splitResourceName(resource_name)) throw new SealkeepError('RESOURCE_MISMATCH', { file });
  // It has no `.key` beside it: only the one that is given, or the registry's.
  const found = await findKey(parts, content, resource_name, keyPath);
  if (keyPath !== undefined && found.isFromRegistry)
    throw new SealkeepError('FILE_NOT_FOUND', { file: keyPath });
  const [dek] = await unwrapKeys(parts, [found.key], reason);
  if (!(dek instanceof Secret)) throw dek ?? new SealkeepError('INTERNAL');
  return proven(parts, dek, found);
}

async function openSegmentsThrough(
  { content: { name: label }, write, onProgress, signal }: OpenThroughRequest,
  stream: { readonly reader: StreamReader; readonly prelude: Prelude; readonly dek: Secret },
): Promise<number> {
  let opened = 0;
  try {
    for await (const pieces of openSegments({ label, ...stream, encBytes: undefined, signal })) {
      for (const piece of pieces) {
        await write(piece);
        opened += piece.length;
      }
      onProgress?.(opened);
    }
    return opened;
  } catch (error) {
    if (opened === 0 || !isSealkeepError(error, 'FILE_DAMAGED')) throw error;
    throw new SealkeepError(
      'STREAM_DAMAGED',
      { ...error.details, file: label, bytes: opened },
      { cause: error },
    );
  }
}
