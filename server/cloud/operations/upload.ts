import type { z } from 'zod';
import { uploadReply } from '../../../shared/api/cloud/files.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { type KeyFile, parseKeyFile } from '../../../shared/formats/key-file.ts';
import { parsePrelude } from '../../../shared/formats/prelude.ts';
import { type Endpoint, rawEndpoint } from '../../platform/http/endpoint.ts';
import { asNoRoom } from '../blobs/no-room.ts';
import { removeUnnamed } from '../blobs/remove-unnamed.ts';
import type { Caller } from '../caller.ts';
import type { CloudParts } from '../parts.ts';
import { type ReceivedPair, receivePair } from './receive-pair.ts';
import { registeredKeyOf } from './registered-key.ts';

/** `POST /upload`: a pair, which becomes the resource's file at once or not at all. */
export function upload(parts: CloudParts): Endpoint {
  const { guard, files, blobs, config } = parts;
  const quotaBytes = config.quotaBytes ?? Number.POSITIVE_INFINITY;
  return rawEndpoint({
    method: 'post',
    path: '/upload',
    guard,
    status: 201,
    about: {
      summary: 'Upload a sealed file with its .key',
      access: 'cloud',
      reply: uploadReply,
      parts: { enc_file: 'binary', enc_key: 'text' },
    },
    async respond({ who, request, response }) {
      const { total, largest } = await files.usage(who.id);
      // Which file it replaces is known at its end; more than the largest can't become free.
      const pair = await receivePair(request, response, { blobs, limit: quotaBytes - total + largest });
      const data = await storePair(parts, who, pair, quotaBytes);
      response.status(201).json({ data });
    },
  });
}

/**
 * Puts a received pair in place. What is on disk if the power goes, after each step:
 * 1. the blob is listed as unnamed: the old file, and a temporary one that the next start sweeps;
 * 2. the blob has its name: the old file, and a listed blob that the next start removes;
 * 3. the row is committed: the new file, and the old blob listed;
 * 4. the old blob is gone: the new file.
 */
async function storePair(
  parts: CloudParts,
  who: Caller,
  { blob, keyText }: ReceivedPair,
  quotaBytes: number,
): Promise<z.input<typeof uploadReply>> {
  const { resources, unnamed, blobs, files, now } = parts;
  try {
    const keyFile = checkPair(blob.start, keyText);
    const key = registeredKeyOf(keyFile);
    const access = await resources.accessTo([key.resource], who, now());
    if (access.get(key.resource)?.role !== 'owner') throw new SealkeepError('CLOUD_NOT_FOUND');
    await unnamed.add(blob.id);
    await blobs.keep(blob);
    const { name, size, resource_name } = keyFile;
    const file = { owner: who.id, name, size, blob: blob.id, encSize: blob.size, key };
    const replaced = await files.put(file, quotaBytes, now());
    if (replaced !== undefined) await removeUnnamed(parts, replaced);
    return { name, size: blob.size, resource_name };
  } catch (error) {
    await blobs.discard(blob);
    await removeUnnamed(parts, blob.id);
    throw asNoRoom(error);
  }
}

/** @throws SealkeepError CLOUD_PAIR_INVALID where either half can't be read, or they name different resources. */
function checkPair(start: Buffer, keyText: string): KeyFile {
  try {
    const keyFile = parseKeyFile(keyText);
    if (parsePrelude(start).header.resource_name === keyFile.resource_name) return keyFile;
  } catch (cause) {
    throw new SealkeepError('CLOUD_PAIR_INVALID', {}, { cause });
  }
  throw new SealkeepError('CLOUD_PAIR_INVALID');
}
