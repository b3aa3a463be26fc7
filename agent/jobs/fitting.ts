import { stat } from 'node:fs/promises';
import { codeOf } from '../../core/durable/publish.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { assertRoom } from '../engine/room.ts';
import { errorOf, type Failures } from './report.ts';

interface Output {
  readonly label: string;
  readonly folder: string;
  /** What is to be written there, in bytes. */
  readonly bytes: number;
}

/**
 * Looks for room on each file system for all that is to go there, before anything is begun: nobody wants to find out half
 * way.
 * @returns those that fit; the others are reported.
 */
export async function fitting<T>(
  files: readonly T[],
  outputOf: (file: T, index: number) => Output,
  report: Failures,
): Promise<T[]> {
  const needs = new Map<string, Need>();
  for (const [index, file] of files.entries()) {
    const { folder, bytes } = outputOf(file, index);
    const need = needs.get(folder) ?? { folder, files: 0, bytes: 0 };
    needs.set(folder, { folder, files: need.files + 1, bytes: need.bytes + bytes });
  }
  const full = await withoutRoom([...needs.values()]);
  return files.filter((file, index) => {
    const { folder, label } = outputOf(file, index);
    if (!full.has(folder)) return true;
    report.failed(label, errorOf(label, new SealkeepError('OUTPUT_NO_SPACE', { folder })));
    return false;
  });
}

type Need = Parameters<typeof assertRoom>[0];

/** @returns the folders on file systems that have no room for what is to go into all of them. */
async function withoutRoom(needs: readonly Need[]): Promise<ReadonlySet<string>> {
  const devices = new Map<bigint | string, Need[]>();
  for (const need of needs) {
    const device = await deviceOf(need.folder);
    const others = devices.get(device);
    if (others) others.push(need);
    else devices.set(device, [need]);
  }
  const full = new Set<string>();
  for (const together of devices.values()) {
    const folder = together[0]?.folder ?? '';
    const files = together.reduce((sum, need) => sum + need.files, 0);
    const bytes = together.reduce((sum, need) => sum + need.bytes, 0);
    if (await hasRoom({ folder, files, bytes })) continue;
    for (const need of together) full.add(need.folder);
  }
  return full;
}

/** @returns the folder itself where it can't be asked: the writing says what is wrong with it. */
async function deviceOf(folder: string): Promise<bigint | string> {
  try {
    return (await stat(folder, { bigint: true })).dev;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return folder;
  }
}

async function hasRoom(need: Need): Promise<boolean> {
  try {
    await assertRoom(need);
    return true;
  } catch (error) {
    if (isSealkeepError(error, 'OUTPUT_NO_SPACE')) return false;
    throw error;
  }
}
