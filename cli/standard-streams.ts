import { createReadStream, fstat, fsync } from 'node:fs';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { abortable } from '../agent/engine/abortable.ts';
import type { Content } from '../agent/engine/source.ts';
import { codeOf } from '../core/durable/publish.ts';
import { SealkeepError } from '../shared/errors/error.ts';

/** How sentences name them. */
const INPUT_NAME = 'standard input';
const OUTPUT_NAME = 'standard output';

/** Standard input and output as bytes, for a command that stands in a pipe. */
export interface StandardStreams {
  readonly input: Content;
  /**
   * Resolves once the bytes were taken.
   * @throws SealkeepError JOB_CANCELLED also where nobody reads any more, STREAM_NOT_WRITABLE.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Standard output may be a file: what was written is durable then. */
  sync(): Promise<void>;
}

const statDescriptor = promisify(fstat);
const syncDescriptor = promisify(fsync);
/** What systems answer for what is no file. */
const NOTHING_TO_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS', 'EPERM']);

/** @param signal ends a write that nobody takes. */
export function createStandardStreams(
  { stdin, stdout }: Pick<NodeJS.Process, 'stdin' | 'stdout'>,
  signal: AbortSignal,
): StandardStreams {
  return {
    input: { name: INPUT_NAME, open: () => openInput(stdin) },
    async write(bytes) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      stdout.write(bytes, (error) => (error ? reject(writeError(error)) : resolve()));
      await abortable(promise, signal);
    },
    async sync() {
      try {
        await syncDescriptor(stdout.fd);
      } catch (error) {
        if (!NOTHING_TO_SYNC.has(codeOf(error) ?? '')) throw writeError(error);
      }
    },
  };
}

/** Node takes a folder or a block device for an input that is empty; read as a file, each says what it is. */
async function openInput(stdin: NodeJS.Process['stdin']): Promise<Readable> {
  const found = await statDescriptor(stdin.fd);
  const isKnown = found.isFile() || found.isFIFO() || found.isSocket() || found.isCharacterDevice();
  return isKnown ? stdin : createReadStream('', { fd: stdin.fd, autoClose: false });
}

/** What a failed write to standard output means. */
export function writeError(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  if (code === 'EPIPE') return new SealkeepError('JOB_CANCELLED', {}, { cause: error });
  return new SealkeepError('STREAM_NOT_WRITABLE', { file: OUTPUT_NAME, reason: code }, { cause: error });
}
