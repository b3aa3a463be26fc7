import { createCipheriv } from 'node:crypto';
import { streamKey } from './read-enc.ts';

/** A second writer of `.enc`, written as `read-enc.ts` is: from docs/file-format.md alone, and plainly. */

const SEGMENT = 1048576;
const TAG = 16;
const STREAM_HEADER = 40;

interface EncContent {
  readonly dek: Buffer;
  /** The header's JSON as it is to stand in the file. */
  readonly header: string;
  readonly salt: Buffer;
  readonly noncePrefix: Buffer;
  readonly plaintext: Buffer;
  /** Other than 1 MiB for tests of small streams: no file is sealed so. */
  readonly segmentSize?: number;
}

export function writeEnc({ header, ...content }: EncContent): Buffer {
  const json = Buffer.from(header);
  const start = Buffer.from('SEALKEEP\x01\0\0\0\0', 'latin1');
  start.writeUInt32BE(json.length, 9);
  const prelude = Buffer.concat([start, json]);
  return Buffer.concat([prelude, writeStream({ ...content, associatedData: prelude })]);
}

interface StreamContent extends Omit<EncContent, 'header'> {
  readonly associatedData: Buffer;
}

export function writeStream(content: StreamContent): Buffer {
  const { dek, associatedData, salt, noncePrefix, plaintext, segmentSize = SEGMENT } = content;
  const key = streamKey(dek, salt, associatedData);
  const parts = [Buffer.of(STREAM_HEADER), salt, noncePrefix];
  let done = 0;
  for (let number = 0; ; number += 1) {
    const room = segmentSize - TAG - (number === 0 ? STREAM_HEADER : 0);
    const isLast = plaintext.length - done <= room;
    const nonce = Buffer.alloc(12);
    noncePrefix.copy(nonce, 0);
    nonce.writeUInt32BE(number, 7);
    nonce.writeUInt8(isLast ? 1 : 0, 11);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    parts.push(cipher.update(plaintext.subarray(done, done + room)), cipher.final(), cipher.getAuthTag());
    if (isLast) return Buffer.concat(parts);
    done += room;
  }
}
