import { Readable } from 'node:stream';
import { randomId } from '../../core/crypto/random.ts';

export interface MultipartPart {
  readonly name: string;
  readonly fileName: string;
  readonly length: number;
  readonly stream: Readable;
}

export interface MultipartBody {
  readonly contentType: string;
  readonly length: number;
  readonly stream: Readable;
}

/** A `multipart/form-data` body (RFC 7578) whose length is known before its streams are read. */
export function multipartBody(parts: readonly MultipartPart[]): MultipartBody {
  const boundary = `sealkeep-${randomId()}`;
  const heads = parts.map(({ name, fileName }) =>
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${escaped(fileName)}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
  );
  const tail = Buffer.from(`--${boundary}--\r\n`);
  const lineEnd = Buffer.from('\r\n');
  async function* body() {
    for (const [index, part] of parts.entries()) {
      yield heads[index];
      yield* part.stream;
      yield lineEnd;
    }
    yield tail;
  }
  const length = parts.reduce(
    (sum, part, index) => sum + (heads[index]?.length ?? 0) + part.length + 2,
    tail.length,
  );
  return { contentType: `multipart/form-data; boundary=${boundary}`, length, stream: Readable.from(body()) };
}

/** As browsers do it: what would end the quoted text is percent-encoded. */
function escaped(fileName: string): string {
  return fileName.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}
