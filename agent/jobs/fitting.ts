import { assertRoom } from '../engine/room.ts';
import { errorOf, type Failures } from './report.ts';

interface Output {
  readonly label: string;
  readonly folder: string;
  /** What is to be written there, in bytes. */
  readonly bytes: number;
}

/**
 * Looks for room in each folder for all that is to go there, before anything is begun: nobody wants to find out half way.
 * @returns those that fit; the others are reported.
 */
export async function fitting<T>(
  files: readonly T[],
  outputOf: (file: T) => Output,
  report: Failures,
): Promise<T[]> {
  const needs = new Map<string, { files: number; bytes: number }>();
  for (const file of files) {
    const { folder, bytes } = outputOf(file);
    const need = needs.get(folder) ?? { files: 0, bytes: 0 };
    needs.set(folder, { files: need.files + 1, bytes: need.bytes + bytes });
  }
  const refused = new Map<string, unknown>();
  for (const [folder, need] of needs) {
    await assertRoom({ folder, ...need }).catch((error: unknown) => refused.set(folder, error));
  }
  return files.filter((file) => {
    const { folder, label } = outputOf(file);
    if (!refused.has(folder)) return true;
    report.failed(label, errorOf(label, refused.get(folder)));
    return false;
  });
}
