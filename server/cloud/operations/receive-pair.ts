import type { Request, Response } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { BlobFolder, ReceivedBlob } from '../blobs/blob-folder.ts';
import { readSmallPart } from './read-small-part.ts';

export interface ReceivedPair {
  /** Written and synced under a temporary name: to be kept or discarded. */
  readonly blob: ReceivedBlob;
  /** The text of the `.key`, unparsed. */
  readonly keyText: string;
}

interface ReceiveParts {
  readonly blobs: BlobFolder;
  /** Bytes of `.enc` that are taken at most. */
  readonly limit: number;
}

const MULTIPART_LIMITS = {
  files: 2,
  parts: 2,
  fields: 1,
  fieldSize: LIMITS.keyFile,
  fieldNameSize: 64,
  headerPairs: 32,
};

/** Bytes of a part that wait for the disk at most: the form's reader would stop after every 64 KiB. */
const PART_BUFFER = 1024 * 1024;

/**
 * Reads a multipart body with the parts `enc_file`, which goes to the disk as it comes, and `enc_key`, as a file or a
 * text field. A refusal is told at once, not after gigabytes that nobody wants; whatever fails leaves no file.
 * @throws SealkeepError REQUEST_INVALID (no such form, or broken off), REQUEST_TOO_LARGE (the `.key`) or
 *   CLOUD_QUOTA_EXCEEDED.
 */
export async function receivePair(
  request: Request,
  response: Response,
  { blobs, limit }: ReceiveParts,
): Promise<ReceivedPair> {
  const taking: Promise<void>[] = [];
  const begun = new Set<string>();
  let blob: ReceivedBlob | undefined;
  let keyText: string | undefined;

  async function take({ fieldname, stream }: Express.Multer.File): Promise<void> {
    // A second part of the name may begin while the first is still on its way to the disk.
    const isFirst = !begun.has(fieldname);
    begun.add(fieldname);
    if (isFirst && fieldname === 'enc_file') blob = await blobs.receive(stream, limit);
    else if (isFirst && fieldname === 'enc_key') keyText = await readSmallPart(stream, LIMITS.keyFile);
    else throw new SealkeepError('REQUEST_INVALID', { reason: 'enc_file, enc_key' });
  }

  try {
    await new Promise<void>((resolve, reject) => {
      const storage: StorageEngine = {
        _handleFile(_request, file, done) {
          const taken = take(file);
          taking.push(taken);
          taken.then(
            () => done(null, {}),
            (error: unknown) => {
              reject(error);
              done(error);
            },
          );
        },
        // What was taken is removed below, also where multer does not think of it.
        _removeFile: (_request, _file, done) => done(null),
      };
      const options = { storage, limits: MULTIPART_LIMITS, defParamCharset: 'utf8', fileHwm: PART_BUFFER };
      const read = multer(options).any();
      read(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
    keyText ??= textField(request.body);
    if (!blob || keyText === undefined) {
      throw new SealkeepError('REQUEST_INVALID', { reason: 'enc_file, enc_key' });
    }
    return { blob, keyText };
  } catch (error) {
    await Promise.allSettled(taking);
    if (blob) await blobs.discard(blob);
    throw asRefusal(error, request);
  }
}

function textField(body: unknown): string | undefined {
  const { enc_key } = Object(body) as { enc_key?: unknown };
  return typeof enc_key === 'string' ? enc_key : undefined;
}

/** The client's fault is a refusal; the disk's stays what it was. */
function asRefusal(error: unknown, request: Request): unknown {
  if (error instanceof SealkeepError) return error;
  const isBrokenOff = request.destroyed && !request.complete;
  if (!isBrokenOff && error instanceof Error && 'syscall' in error) return error;
  const isTooLong = error instanceof MulterError && error.code === 'LIMIT_FIELD_VALUE';
  if (isTooLong) return new SealkeepError('REQUEST_TOO_LARGE', {}, { cause: error });
  return new SealkeepError('REQUEST_INVALID', { reason: 'multipart/form-data' }, { cause: error });
}
