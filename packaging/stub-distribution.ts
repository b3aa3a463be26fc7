import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** By these bytes Electron's fuses are found in its binary; after them: a version, how many, and one character each. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** Fuses in their order in the binary (@electron/fuses, FuseV1Options). */
export const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

/** What Electron ships them as. */
const SHIPPED = '101100110';

/** A folder that electron-builder takes for a distribution of Electron for Linux, with fuses as Electron ships them. */
export async function makeStubDistribution(folder: string, version: string): Promise<void> {
  await mkdir(path.join(folder, 'resources'), { recursive: true });
  await mkdir(path.join(folder, 'locales'));
  for (const locale of ['en-US', 'zh-TW', 'de']) {
    await writeFile(path.join(folder, 'locales', `${locale}.pak`), '');
  }
  await writeFile(path.join(folder, 'version'), version);
  const wire = Buffer.concat([
    Buffer.from(FUSE_SENTINEL),
    Buffer.from([1, SHIPPED.length]),
    Buffer.from(SHIPPED),
  ]);
  const binary = path.join(folder, 'electron');
  await writeFile(binary, Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire]));
  await chmod(binary, 0o755);
}

/** The fuses of a binary. */
export function readFuses(binary: Buffer): Record<(typeof FUSES)[number], boolean> {
  const at = binary.indexOf(FUSE_SENTINEL) + FUSE_SENTINEL.length;
  const states = binary.subarray(at + 2, at + 2 + (binary[at + 1] ?? 0)).toString('latin1');
  return Object.fromEntries(FUSES.map((name, index) => [name, states[index] === '1'])) as Record<
    (typeof FUSES)[number],
    boolean
  >;
}
