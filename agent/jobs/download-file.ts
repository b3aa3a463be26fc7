import { rm } from 'node:fs/promises';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { formatKeyFile, type KeyFile, parseKeyFile } from '../../shared/formats/key-file.ts';
import { LIMITS } from '../../shared/limits.ts';
import { ENC_ENDING, isPortableFileName, KEY_ENDING } from '../../shared/names/file-name.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import { readPrelude } from '../engine/open-file.ts';
import { publish } from '../engine/publish.ts';
import { assertRoom } from '../engine/room.ts';
import { cleanedUp, writeTemporary } from '../engine/temporary-file.ts';
import { transportError } from '../http/peer.ts';
import type { HttpReply } from '../http/transport.ts';
import type { JobParts } from './parts.ts';
import { type FinishedFile, msSince } from './report.ts';

export interface DownloadRequest {
  /** The person whose file it is. */
  readonly owner: string;
  /** As the cloud lists it. */
  readonly name: string;
  readonly folder: string;
  /** What to call it here, where its own name will not do. */
  readonly as?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (bytes: number, total: number) => void;
}

/**
 * Downloads a pair. It appears under its name only when it came whole and its halves belong together.
 * @throws SealkeepError CLOUD_NOT_FOUND, FILE_NAME_REFUSED, SERVER_*, OUTPUT_*, CLOUD_PAIR_INVALID.
 */
export async function downloadFile(parts: JobParts, request: DownloadRequest): Promise<FinishedFile> {
  const startedAt = performance.now();
  const { owner, name, folder, signal } = request;
  const localName = request.as ?? name;
  // Before gigabytes come that nothing can be called.
  if (!isPortableFileName(localName)) throw refusedName(localName);
  const { cloud_token } = await parts.login.tokens();
  const key = await downloadKey(parts, cloud_token, request);
  // The `mac` vouches for the name when the file is opened; so another file cannot be handed out under this one.
  if (key.name !== name) throw new SealkeepError('CLOUD_PAIR_INVALID');
  // Before gigabytes come that nothing has room for.
  await assertRoom({ folder, files: 1, bytes: key.size });
  const reply = await parts.cloud.download(cloud_token, owner, name + ENC_ENDING, signal);
  const temporary = await writeTemporary(
    parts.engine.temporaries,
    folder,
    (output) => output.writeFile(wholeBody(parts, reply, request)),
    signal,
  );
  await assertPair(parts, request, temporary, key);
  const out = await publishPair(parts, { folder, name: localName, enc: temporary, key });
  return { file: name, out, bytes: key.size, ms: msSince(startedAt) };
}

/** @returns where the `.enc` is. */
async function publishPair(
  { engine }: JobParts,
  { folder, name, enc, key }: { folder: string; name: string; enc: string; key: KeyFile },
): Promise<string> {
  const text = formatKeyFile(key);
  const keyTemporary = await writeTemporary(engine.temporaries, folder, (output) =>
    output.writeFile(text),
  ).catch(async (error: unknown) => {
    throw await cleanedUp(error, enc, folder);
  });
  const files = [
    { temporary: enc, ending: ENC_ENDING },
    { temporary: keyTemporary, ending: KEY_ENDING },
  ];
  const [out = ''] = await publish(engine, { folder, name, files });
  return out;
}

async function downloadKey(
  parts: JobParts,
  cloudToken: string,
  { owner, name, signal }: DownloadRequest,
): Promise<KeyFile> {
  const { body } = await parts.cloud.download(cloudToken, owner, name + KEY_ENDING, signal);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LIMITS.keyFile) throw unfitHalf(parts, name + KEY_ENDING);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw transportError(parts.cloud.peer, signal, cause);
  }
  try {
    return parseKeyFile(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw unfitHalf(parts, name + KEY_ENDING, error);
  }
}

/** A half of a pair that can't be read: made by a newer Sealkeep, or not what the cloud took once. */
function unfitHalf(parts: JobParts, file: string, cause?: unknown): SealkeepError {
  for (const code of ['KEY_FILE_TOO_NEW', 'FILE_TOO_NEW'] as const) {
    if (isSealkeepError(cause, code)) return new SealkeepError(code, { file });
  }
  const { service, address } = parts.cloud.peer;
  return new SealkeepError('SERVER_ANSWER_INVALID', { service, url: address }, { cause });
}

/** What comes of the body, counted; fails where the connection breaks or less comes than was promised. */
async function* wholeBody(
  parts: JobParts,
  reply: HttpReply,
  request: DownloadRequest,
): AsyncGenerator<Buffer> {
  const total = Number(reply.headers['content-length'] ?? 0);
  let received = 0;
  try {
    for await (const chunk of reply.body as AsyncIterable<Buffer>) {
      received += chunk.length;
      request.onProgress?.(received, total);
      yield chunk;
    }
  } catch (cause) {
    throw transportError(parts.cloud.peer, request.signal, cause);
  }
  if (received !== total) {
    throw transportError(parts.cloud.peer, request.signal, new Error(`${received} of ${total} bytes came`));
  }
}

async function assertPair(
  parts: JobParts,
  { name }: DownloadRequest,
  temporary: string,
  key: KeyFile,
): Promise<void> {
  try {
    const { prelude } = await readPrelude(temporary).catch((error: unknown) => {
      throw isSealkeepError(error) ? unfitHalf(parts, name + ENC_ENDING, error) : error;
    });
    if (prelude.header.resource_name !== key.resource_name) throw new SealkeepError('CLOUD_PAIR_INVALID');
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
