import type { SealedOriginal } from './job-task.ts';

/** Originals of a job, found again by their paths. */
export function placesOf<Original extends SealedOriginal>(
  files: readonly Original[],
  indices: readonly number[],
) {
  const all = indices.flatMap((index) => files[index] ?? []);
  const places = new Map(indices.map((index) => [files[index]?.path, index]));
  return {
    all,
    of(original: string): { readonly place: number; readonly file: Original } {
      const place = places.get(original);
      const file = place === undefined ? undefined : files[place];
      if (place === undefined || !file) throw new TypeError('a job told of a file that is none of its own');
      return { place, file };
    },
  };
}
