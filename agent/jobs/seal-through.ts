import { SealkeepError } from '../../shared/errors/error.ts';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { sealSegments } from '../engine/seal-segments.ts';
import type { Content } from '../engine/source.ts';
import { openStreamReader } from '../engine/stream-reader.ts';
import type { JobParts } from './parts.ts';
import { placeKeyFile } from './place-key-file.ts';
import { keyFileFor, putKeys, type RegisteredKey, registerFreshKeys } from './register-keys.ts';
import { releaseLeftWraps } from './release-left-wraps.ts';
import { sealableName } from './seal-plan.ts';

export interface SealThroughRequest {
  /** Of a length that nobody knows. */
  readonly content: Content;
  /** What the `.key` calls it. */
  readonly name: string;
  /** Where the `.key` goes beside the registry. */
  readonly keyPath?: string | undefined;
  /** Takes the `.enc`; the piece's memory is given back once this resolves. */
  write(piece: Buffer): Promise<void>;
  onProgress?(plaintextBytes: number): void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Seals a stream into a stream. Nothing goes out before the registry has the wrapped key, and the last segment only once
 * it has the length too (and `keyPath` the `.key`): what went out before opens as nothing without it.
 * @returns plaintext bytes.
 * @throws SealkeepError what sealing a file throws, OUTPUT_TAKEN where `keyPath` is there already, and what `write` throws.
 */
export async function sealThrough(parts: JobParts, request: SealThroughRequest): Promise<number> {
  const { content, write, onProgress, signal } = request;
  const name = sealableName(request.name);
  await parts.login.tokens();
  await releaseLeftWraps(parts);
  const reader = await openStreamReader(content, signal);
  try {
    // A stream that breaks before it gave anything needs no resource.
    await reader.peek(1);
    // The registry is told the length when it is known.
    const [file] = await registerFreshKeys(parts, [{ name, size: 0 }]);
    if (!file) throw new SealkeepError('INTERNAL');
    try {
      const prelude = encodePrelude({ resource_name: file.resourceName, kacls_url: parts.kmsName });
      const { dek } = file;
      const clear = { label: content.name, reader, prelude, plaintextBytes: undefined, dek, signal };
      let sealed = 0;
      for await (const { pieces, plaintextBytes, isLast } of sealSegments(clear)) {
        if (isLast) await keepKey(parts, request, file, plaintextBytes);
        for (const piece of pieces) await write(piece);
        sealed = plaintextBytes;
        onProgress?.(sealed);
      }
      return sealed;
    } finally {
      file.dek.destroy();
    }
  } finally {
    reader.close();
  }
}

async function keepKey(
  parts: JobParts,
  { keyPath }: SealThroughRequest,
  file: RegisteredKey & { readonly name: string },
  size: number,
): Promise<void> {
  const key = keyFileFor(parts, file, size);
  if (key !== file.registered) await putKeys(parts, [key]);
  if (keyPath !== undefined && !(await placeKeyFile(parts.engine, keyPath, formatKeyFile(key))))
    throw new SealkeepError('OUTPUT_TAKEN', { file: keyPath });
}
