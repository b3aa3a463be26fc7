import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openToTemporary, readPrelude } from '../../agent/engine/open-file.ts';
import type { EngineDeps } from '../../agent/engine/seal-file.ts';
import { sealToTemporary } from '../../agent/engine/seal-file.ts';
import { createTemporaries } from '../../agent/engine/temporaries.ts';
import { createWorkerPool, type WorkerPool } from '../../agent/engine/worker-pool.ts';
import { newDek } from '../../core/crypto/file-key.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { type KeyFile, keyFileClaims } from '../../shared/formats/key-file.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';

export const WORKER_URL = new URL('../../agent/engine/segment-worker.ts', import.meta.url);

export const PRELUDE = encodePrelude({
  resource_name: '//sealkeep/AAAAAAAAAAAAAAAAAAAAAA/BBBBBBBBBBBBBBBBBBBBBB',
  kacls_url: 'https://0123456789.sealkeep.invalid',
});

/** A `.key` that no KMS and no DEK vouches for. */
export function someKeyFile(resource_name: string): KeyFile {
  const created_at = '2026-11-22T00:00:00.000Z';
  const claims = keyFileClaims({ resource_name, name: 'report.txt', size: 5, created_at });
  const mac = Buffer.alloc(32).toString('base64');
  return { ...claims, kacls_url: PRELUDE.header.kacls_url, wrapped_key: 'AAAA', mac };
}

/** A folder, real worker threads and one DEK, for tests of the file engine. */
export interface EngineBench {
  readonly folder: string;
  readonly pool: WorkerPool;
  readonly engine: EngineDeps;
  readonly dek: Secret;
  path(name: string): string;
  /** What lies in the folder, hidden files too, in order. */
  names(): Promise<string[]>;
  write(name: string, content: Uint8Array | string): Promise<string>;
  /** Seals bytes and gives the `.enc`'s bytes; leaves nothing in the folder. */
  seal(plaintext: Uint8Array): Promise<Buffer>;
  /** Opens `.enc` bytes and gives the plaintext; leaves nothing in the folder. */
  open(enc: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

/** @param shared a pool of the caller's, which `close` leaves alone: starting threads is what takes the time. */
export async function createEngineBench(shared?: WorkerPool): Promise<EngineBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-engine-'));
  const pool = shared ?? createWorkerPool({ workerUrl: WORKER_URL });
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'sealkeep-engine-home-'));
  const temporaries = createTemporaries(dataFolder);
  // What tests seal they have just written.
  const engine = { pool, temporaries, restMs: 0 };
  const dek = newDek();
  const at = (name: string) => path.join(folder, name);

  async function through(content: Uint8Array, work: (file: string) => Promise<string>): Promise<Buffer> {
    const file = at('bench-input');
    await writeFile(file, content);
    try {
      const output = await work(file);
      const result = await readFile(output);
      await rm(output);
      return result;
    } finally {
      await rm(file);
    }
  }

  return {
    folder,
    pool,
    engine,
    dek,
    path: at,
    names: async () => (await readdir(folder)).sort(),
    async write(name, content) {
      await writeFile(at(name), content);
      return at(name);
    },
    seal: (plaintext) =>
      through(plaintext, async (source) => {
        return (await sealToTemporary(engine, { source, folder, prelude: PRELUDE, dek })).temporary;
      }),
    open: (enc) =>
      through(enc, async (source) => {
        const { prelude } = await readPrelude(source);
        return (await openToTemporary(engine, { source, folder, prelude, dek })).temporary;
      }),
    async close() {
      if (!shared) await pool.close();
      await temporaries.close();
      for (const made of [folder, dataFolder]) await rm(made, { recursive: true, force: true });
    },
  };
}

/** Bytes without a pattern that an error of a whole segment could hide in; the same on every call. */
export function someBytes(length: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = 0x2545f491;
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[index] = state ^ (state >>> 15);
  }
  return Buffer.from(words.buffer, 0, length);
}
