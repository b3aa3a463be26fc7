import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { sha256 } from '../../../core/crypto/hash.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { keyFile } from '../../../shared/formats/key-file.ts';
import { type Endpoint, parseInput, rawEndpoint } from '../../platform/http/endpoint.ts';
import type { Caller } from '../caller.ts';
import type { CloudParts } from '../parts.ts';
import type { FileAddress, StoredFile } from '../stores/file-store.ts';
import { isMatch, parseByteRange } from './byte-range.ts';
import { pairAddress } from './pair-address.ts';

const READ_CHUNK = 1024 * 1024;
/** An upload may replace the file between the look at its row and the opening of its blob; hardly twice in a row. */
const ATTEMPTS = 5;

/** `GET /download/:user/:filename`: the bytes of a `.enc`, or the text of its `.key`. */
export function download(parts: CloudParts): Endpoint {
  return rawEndpoint({
    method: 'get',
    path: '/download/:user/:filename',
    guard: parts.guard,
    about: {
      summary: 'The bytes of a .enc, or a .key, with Range and If-Match',
      access: 'cloud',
      reply: keyFile,
      replyTypes: ['application/octet-stream'],
    },
    async respond({ who, request, response }) {
      const { user, filename } = parseInput(pairAddress, request.params);
      const address = { user, name: filename.name };
      if (filename.half === 'key') {
        const { key_file } = await findFile(parts, address, who);
        sendKeyFile(request, response, key_file);
        return;
      }
      const { file, handle } = await openFile(parts, address, who);
      try {
        await sendBlob(request, response, handle, `"${file.blob}"`);
      } finally {
        await handle.close();
      }
    },
  });
}

async function findFile({ files, now }: CloudParts, address: FileAddress, who: Caller): Promise<StoredFile> {
  const file = await files.find(address, who, now());
  if (!file) throw new SealkeepError('CLOUD_NOT_FOUND');
  return file;
}

/** From here on an upload may replace the file: the handle goes on reading the blob that it opened. */
async function openFile(parts: CloudParts, address: FileAddress, who: Caller) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const file = await findFile(parts, address, who);
    const handle = await parts.blobs.open(file.blob);
    if (handle) return { file, handle };
  }
  throw new SealkeepError(
    'STORE_UNAVAILABLE',
    {},
    { cause: new Error('a blob that a row names is missing') },
  );
}

function sendKeyFile(request: Request, response: Response, text: string): void {
  const etag = `"${sha256(text).toString('base64url')}"`;
  response.set('ETag', etag);
  if (!isMatch(request.get('if-match'), etag)) throw new SealkeepError('CLOUD_PRECONDITION_FAILED');
  response.type('application/json').send(text);
}

async function sendBlob(request: Request, response: Response, handle: FileHandle, etag: string) {
  const { size } = await handle.stat();
  response.set({ ETag: etag, 'Accept-Ranges': 'bytes' });
  if (!isMatch(request.get('if-match'), etag)) throw new SealkeepError('CLOUD_PRECONDITION_FAILED');
  // A part of what the file was is no part of what it is now: then the whole is sent.
  const isSame = request.get('if-range') === undefined || request.get('if-range') === etag;
  const range = isSame ? rangeOf(request, response, size) : undefined;
  const { first, last } = range ?? { first: 0, last: size - 1 };
  response.status(range ? 206 : 200);
  response.set({ 'Content-Type': 'application/octet-stream', 'Content-Length': String(last - first + 1) });
  if (range) response.set('Content-Range', `bytes ${first}-${last}/${size}`);
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  const source = handle.createReadStream({ start: first, end: last, highWaterMark: READ_CHUNK });
  try {
    await pipeline(source, response);
  } catch (error) {
    // Who hung up needs no answer, and is no failure of ours; a disk's error breaks the connection.
    if (!source.errored || request.socket.destroyed) return;
    throw error;
  }
}

function rangeOf(request: Request, response: Response, size: number) {
  try {
    return parseByteRange(request.get('range'), size);
  } catch (error) {
    response.set('Content-Range', `bytes */${size}`);
    throw error;
  }
}
