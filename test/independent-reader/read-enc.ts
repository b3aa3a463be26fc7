import { createDecipheriv, createHmac } from 'node:crypto';

/**
 * A second reader of `.enc`, written from docs/file-format.md alone and as plainly as it can be: one buffer, one pass,
 * nothing shared with the code that it checks. It is for tests; it holds the whole file in memory.
 */

const SEGMENT = 1048576;
const TAG = 16;
const STREAM_HEADER = 40;

export interface EncFile {
  readonly resourceName: string;
  readonly kaclsUrl: string;
  readonly plaintext: Buffer;
}

/** @throws Error where the file is not one that version 1 of the format allows. */
export function readEnc(file: Buffer, dek: Buffer): EncFile {
  // prelude: "SEALKEEP" | version u8 | header length u32 big-endian | header, UTF-8 JSON
  if (file.length < 13 || file.toString('latin1', 0, 8) !== 'SEALKEEP') throw new Error('no Sealkeep file');
  if (file.readUInt8(8) !== 1) throw new Error('another version');
  const headerLength = file.readUInt32BE(9);
  if (headerLength > 1000 || 13 + headerLength > file.length) throw new Error('bad header length');
  const prelude = file.subarray(0, 13 + headerLength);
  const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(prelude.subarray(13)));
  if (header.aead !== 'AES256_GCM_HKDF_1MB') throw new Error('another cipher');

  const plaintext = readStream({ stream: file.subarray(prelude.length), dek, associatedData: prelude });
  return { resourceName: header.resource_name, kaclsUrl: header.kacls_url, plaintext };
}

interface EncStream {
  readonly stream: Buffer;
  readonly dek: Buffer;
  readonly associatedData: Buffer;
  /** Other than 1 MiB for tests of small streams: no file is sealed so. */
  readonly segmentSize?: number;
}

/** @throws Error where the stream is not one that version 1 of the format allows. */
export function readStream({ stream, dek, associatedData, segmentSize = SEGMENT }: EncStream): Buffer {
  // payload: 40 | salt (32) | nonce prefix (7) | segments
  if (stream.length < STREAM_HEADER + TAG) throw new Error('too short');
  if (stream.readUInt8(0) !== STREAM_HEADER) throw new Error('bad stream header');
  const salt = stream.subarray(1, 33);
  const noncePrefix = stream.subarray(33, 40);
  const key = streamKey(dek, salt, associatedData);

  const parts: Buffer[] = [];
  let from = STREAM_HEADER;
  for (let number = 0; ; number += 1) {
    const to = Math.min((number + 1) * segmentSize, stream.length);
    const isLast = to === stream.length;
    if (to - from < TAG) throw new Error('segment too short');
    if (number > 0 && to - from === TAG) throw new Error('an empty last segment after full ones');
    const nonce = Buffer.alloc(12);
    noncePrefix.copy(nonce, 0);
    nonce.writeUInt32BE(number, 7);
    nonce.writeUInt8(isLast ? 1 : 0, 11);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    decipher.setAuthTag(stream.subarray(to - TAG, to));
    parts.push(decipher.update(stream.subarray(from, to - TAG)), decipher.final());
    if (isLast) break;
    from = to;
  }
  return Buffer.concat(parts);
}

/** HKDF-SHA-256 of 32 bytes, as the page writes it out. */
export function streamKey(dek: Buffer, salt: Buffer, associatedData: Buffer): Buffer {
  const extracted = createHmac('sha256', salt).update(dek).digest();
  return createHmac('sha256', extracted).update(associatedData).update(Buffer.of(1)).digest();
}
