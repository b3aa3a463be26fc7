import { assertRoom } from '../engine/room.ts';
import { attemptTogether, type Failures } from './report.ts';

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
  const fits = new Set<T>();
  for (const [folder, group] of Map.groupBy(files, (file) => outputOf(file).folder)) {
    const outputs = group.map(outputOf);
    const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
    const labels = outputs.map(({ label }) => label);
    const hasRoom = await attemptTogether(report, labels, async () => {
      await assertRoom({ folder, files: group.length, bytes });
      return true;
    });
    if (hasRoom) for (const file of group) fits.add(file);
  }
  return files.filter((file) => fits.has(file));
}
