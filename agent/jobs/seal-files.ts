import { ENC_ENDING, KEY_ENDING } from '../../shared/names/file-name.ts';
import { type Control, passGate } from '../engine/gate.ts';
import { publishAll } from '../engine/publish.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { type Source, sourceLabel } from '../engine/source.ts';
import { fitting } from './fitting.ts';
import { batchesOf, groupsAtOnce, groupsOf } from './groups.ts';
import type { JobParts } from './parts.ts';
import { putKeys, registerFreshKeys } from './register-keys.ts';
import { releaseLeftWraps } from './release-left-wraps.ts';
import {
  attemptEach,
  attemptTogether,
  errorOf,
  type FinishedFile,
  type JobReport,
  msSince,
} from './report.ts';
import { removePair, type SealedPair, sealPairs } from './seal-pairs.ts';
import { type PlannedSeal, planSeal } from './seal-plan.ts';

export interface SealFilesRequest extends Control {
  readonly sources: readonly Source[];
  /** Where the pairs go; beside each source where it is not given. Streams lie beside nothing: they need one. */
  readonly folder?: string | undefined;
}

/**
 * Seals files: registers each as a resource, has a fresh DEK wrapped, gives the registry its copy of the wrapped key,
 * seals under a temporary name, and only then gives the pair its names. If the power goes before that, no output is there
 * and the source is as it was; the registry may keep a key that nothing needs, which is rewrapped like any other.
 */
export async function sealFiles(
  parts: JobParts,
  request: SealFilesRequest,
  report: JobReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  await releaseLeftWraps(parts);
  const planned: PlannedSeal[] = [];
  for (const sources of batchesOf(request.sources)) {
    const plans = await attemptEach(report, sources, sourceLabel, (source) =>
      planSeal(source, request.folder),
    );
    planned.push(...plans);
  }
  const outputOf = ({ source, folder, size }: PlannedSeal) => ({
    label: sourceLabel(source),
    folder,
    bytes: size,
  });
  await sealPlanned(parts, await fitting(planned, outputOf, report), request, report);
}

/** Which file it is that is done, for whoever planned it. */
export interface SealReport extends Omit<JobReport, 'finished'> {
  finished(file: FinishedFile, sealed: Pick<SealedPair, 'file' | 'attributes'>): void;
}

/** Seals files that each have a folder of their own, with room for them all. Each is asked for when its turn comes. */
export async function sealPlanned(
  parts: JobParts,
  planned: Iterable<PlannedSeal>,
  control: Control,
  report: SealReport,
): Promise<void> {
  await sideBySide(
    groupsOf(planned),
    (group) => sealGroup(parts, group, control, report),
    groupsAtOnce(parts.engine),
  );
}

async function sealGroup(
  parts: JobParts,
  group: readonly PlannedSeal[],
  control: Control,
  report: SealReport,
): Promise<void> {
  const labels = group.map((file) => sourceLabel(file.source));
  const files = await attemptTogether(report, labels, async () => {
    await passGate(control);
    return registerFreshKeys(parts, group);
  });
  if (!files) return;
  try {
    const pairs = await sealPairs(parts, files, control, report);
    if (pairs.length > 0) await publishPairs(parts, pairs, report);
  } finally {
    for (const { dek } of files) dek.destroy();
  }
}

async function publishPairs(
  parts: JobParts,
  sealed: readonly SealedPair[],
  report: SealReport,
): Promise<void> {
  const pairs = await asRegistered(parts, sealed, report);
  const labels = pairs.map(({ file }) => sourceLabel(file.source));
  const published = await publishAll(
    parts.engine,
    pairs.map(({ file: { folder, name }, enc, key }) => ({
      folder,
      name,
      files: [
        { temporary: enc, ending: ENC_ENDING },
        { temporary: key, ending: KEY_ENDING },
      ],
    })),
  );
  for (const [index, outcome] of published.entries()) {
    const [label, pair] = [labels[index] ?? '', pairs[index]];
    if (outcome.status === 'rejected') report.failed(label, errorOf(label, outcome.reason));
    else if (pair) {
      const ms = msSince(pair.startedAt);
      report.finished({ file: label, out: outcome.value[0] ?? '', bytes: pair.claims.size, ms }, pair);
    }
  }
}

/** @returns the pairs whose `.key` the registry has; those that turned out otherwise than it was told are given again. */
async function asRegistered(
  parts: JobParts,
  pairs: readonly SealedPair[],
  report: SealReport,
): Promise<readonly SealedPair[]> {
  const others = pairs.filter(({ file, claims }) => claims !== file.registered);
  if (others.length === 0) return pairs;
  const labels = others.map(({ file }) => sourceLabel(file.source));
  const isDone = await attemptTogether(report, labels, async () => {
    await putKeys(
      parts,
      others.map(({ claims }) => claims),
    );
    return true;
  });
  if (isDone) return pairs;
  await sideBySide(others, removePair);
  return pairs.filter((pair) => !others.includes(pair));
}
