import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../../core/crypto/hash.ts';
import { createRandom } from './random.ts';

const MIB = 1024 * 1024;
const SMALL_FILES = 60;

/** Originals by path, with what they hold; no two hold the same. */
export type Hashes = ReadonlyMap<string, string>;

const SIZES: Readonly<Record<string, number>> = {
  'large.bin': 20 * MIB + 7,
  'medium.bin': 5 * MIB,
  'one segment.bin': MIB,
  'first segment.bin': MIB - 56,
  'first segment and one.bin': MIB - 55,
  empty: 0,
  'deep/er/日本語.txt': 300,
  'deep/er/🦭.txt': 301,
  'deep/cafe\u0301.txt': 302,
  'deep/.hidden': 303,
  'deep/-dash.txt': 304,
  'deep/50% & "quoted".txt': 305,
  [`deep/${'n'.repeat(200)}.txt`]: 306,
};

/** Writes small files and large ones, under names of all kinds. */
export async function writeTree(folder: string): Promise<Hashes> {
  const small = Array.from({ length: SMALL_FILES }, (_, index) => [`small/${index}.txt`, 1000 + 37 * index]);
  const hashes = new Map<string, string>();
  for (const [name, size] of [...Object.entries(SIZES), ...small] as [string, number][]) {
    const file = path.join(folder, name);
    const content = bytesOf(size, hashes.size + 1);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    hashes.set(file, hashOf(content));
  }
  return hashes;
}

export async function hashOfFile(file: string): Promise<string> {
  return hashOf(await readFile(file));
}

function hashOf(content: Uint8Array): string {
  return sha256(content).toString('hex');
}

export function bytesOf(length: number, seed: number): Buffer {
  const random = createRandom(seed);
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, () => random.below(2 ** 32));
  return Buffer.from(words.buffer, 0, length);
}
