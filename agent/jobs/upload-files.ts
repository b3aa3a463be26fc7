import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { inputError } from '../engine/file-errors.ts';
import { readPrelude } from '../engine/open-file.ts';
import { findKey } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { attempt, type JobReport } from './report.ts';

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
  const file = await open(source).catch((error: unknown) => {
    throw inputError(error, source);
  });
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      report.progress(source, sent, encBytes);
      done(null, chunk);
    },
  });
  // Exactly what was promised: a file that grows meanwhile is cut there, and refused by its own last segment.
  const enc = file.createReadStream({ end: encBytes - 1, highWaterMark: 1024 * 1024 }).pipe(counted);
  const fileName = key.name + ENC_ENDING;
  const uploaded = await parts.cloud.upload(
    cloud_token,
    { fileName, enc, encBytes, keyText: formatKeyFile(key) },
    signal,
  );
  const ms = Math.round(performance.now() - startedAt);
  report.finished({ file: source, out: uploaded.name, bytes: key.size, ms });
}
