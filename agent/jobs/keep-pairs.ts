import path from 'node:path';
import { ENC_ENDING, KEY_ENDING } from '../../shared/names/file-name.ts';
import { type Control, passGate } from '../engine/gate.ts';
import { type Publication, publishAll } from '../engine/publish.ts';
import type { EngineDeps } from '../engine/seal-file.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { type Source, sourceLabel } from '../engine/source.ts';
import { copyToTemporary } from '../folders/copy-file.ts';
import type { FolderReport } from './folder-report.ts';
import { batchesOf } from './groups.ts';
import { attempt, errorOf } from './report.ts';

/** A half of a pair that was sealed before. */
export interface KeptFile {
  readonly source: Source;
  /** Where it is to be. */
  readonly folder: string;
  readonly name: string;
  readonly size: number;
}

/**
 * Copies what is sealed already into a folder that is being sealed, pairs as pairs. What fails is reported.
 * @returns where each file is now, by its source's label.
 */
export async function keepPairs(
  engine: EngineDeps,
  files: readonly KeptFile[],
  control: Control,
  report: FolderReport,
): Promise<Map<string, string>> {
  const pairs = Map.groupBy(files, ({ folder, name }) => path.join(folder, stemOf(name)));
  const placed = new Map<string, string>();
  for (const batch of batchesOf([...pairs.values()])) {
    await passGate(control);
    const copied = (await sideBySide(batch, (pair) => copyPair(engine, pair, control, report))).filter(
      ({ labels }) => labels.length > 0,
    );
    const published = await publishAll(
      engine,
      copied.map(({ publication }) => publication),
    );
    for (const [index, outcome] of published.entries()) {
      for (const [half, label] of (copied[index]?.labels ?? []).entries()) {
        if (outcome.status === 'rejected') report.copies.failed(label, errorOf(label, outcome.reason));
        else placed.set(label, outcome.value[half] ?? '');
      }
    }
  }
  return placed;
}

function stemOf(name: string): string {
  return name.slice(0, -ENC_ENDING.length);
}

interface CopiedPair {
  /** In the order of the publication's files. */
  readonly labels: readonly string[];
  readonly publication: Publication;
}

async function copyPair(
  { temporaries }: EngineDeps,
  halves: readonly KeptFile[],
  control: Control,
  report: FolderReport,
): Promise<CopiedPair> {
  const copied = await sideBySide(halves, async ({ source, folder, name, size }) => {
    const label = sourceLabel(source);
    const onProgress = (bytes: number) => report.copies.progress(label, bytes, size);
    const temporary = await attempt(report.copies, label, () =>
      copyToTemporary(temporaries, { source, folder, onProgress, ...control }),
    );
    if (temporary !== undefined) report.copies.finished(label, size);
    return temporary === undefined ? undefined : { label, temporary, ending: name.slice(-KEY_ENDING.length) };
  });
  // In the order of their names: `.enc` before `.key`.
  const files = copied.filter((half) => half !== undefined);
  const [first] = halves;
  const publication = { folder: first?.folder ?? '', name: stemOf(first?.name ?? ''), files };
  return { labels: files.map(({ label }) => label), publication };
}
