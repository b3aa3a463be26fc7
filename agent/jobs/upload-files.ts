import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { SealkeepError } from '../../shared/errors/error.ts';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { inputError } from '../engine/file-errors.ts';
import { readPrelude } from '../engine/open-file.ts';
import { readAt } from '../engine/source-file.ts';
import { findKey } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { attempt, type JobReport } from './report.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Uploads pairs, one after the other; `out` is the name that the cloud lists them by. */
export async function uploadFiles(
  parts: JobParts,
  request: { readonly sources: readonly string[]; readonly signal?: AbortSignal | undefined },
  report: JobReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  for (const source of request.sources) {
    await attempt(report, source, () => uploadPair(parts, source, request.signal, report));
  }
}

async function uploadPair(
  parts: JobParts,
  source: string,
  signal: AbortSignal | undefined,
  report: JobReport,
): Promise<void> {
  const startedAt = performance.now();
  const { prelude, encBytes } = await readPrelude(source);
  const { key } = await findKey(parts, source, prelude.header.resource_name);
  const { cloud_token } = await parts.login.tokens();
  const enc = Readable.from(
    sealedBytes(source, encBytes, (sent) => report.progress(source, sent, encBytes)),
    { objectMode: false, highWaterMark: CHUNK_BYTES },
  );
  const fileName = key.name + ENC_ENDING;
  const uploaded = await parts.cloud.upload(
    cloud_token,
    { fileName, enc, encBytes, keyText: formatKeyFile(key) },
    signal,
  );
  const ms = Math.round(performance.now() - startedAt);
  report.finished({ file: source, out: uploaded.name, bytes: key.size, ms });
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
