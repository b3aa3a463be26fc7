import { Secret } from '../../core/crypto/secret.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { identityAt } from '../engine/file-identity.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { explained } from './explained.ts';
import { batchesOf, groupsAtOnce, groupsOf } from './groups.ts';
import { inspectPlanned } from './open-inspect.ts';
import type { JobParts } from './parts.ts';
import { assertHolds, type Proof, type ProofReport, type SeenFile, type ToProve } from './proof.ts';
import { type ComparedFile, compareFiles } from './prove-compare.ts';
import { attemptEach, attemptTogether, errorOf } from './report.ts';
import { unwrapKeys } from './unwrap-keys.ts';

export interface ProveFilesRequest {
  /** No `.enc` twice. Each is asked for when its turn comes. */
  readonly files: Iterable<ToProve>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Proves that sealed files open to what their originals hold, as a stranger with the two files would find out: reads
 * `.enc` and `.key` from disk, has the KMS unwrap the key that lies there, opens every segment and compares it with the
 * original's bytes. Writes nothing. The system may answer a read from memory what the sealing has synced before.
 */
export async function proveFiles(
  parts: JobParts,
  request: ProveFilesRequest,
  report: ProofReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  await sideBySide(
    batchesOf(request.files),
    async (batch) => {
      for (const group of groupsOf(await look(parts, batch, request.signal, report)))
        await proveGroup(parts, group, request.signal, report);
    },
    groupsAtOnce(parts.engine),
  );
}

/** Looks at files and their pairs before anything of them is read. What fails is reported. */
async function look(
  parts: JobParts,
  batch: readonly ToProve[],
  signal: AbortSignal | undefined,
  report: ProofReport,
): Promise<SeenFile[]> {
  const there = await attemptEach(report, batch, originalOf, async ({ original, enc, ...is }) => {
    const key = keyPathOf(enc);
    const seen = {
      original: await identityAt(original),
      enc: await identityAt(enc),
      // The registry's copy would open the file as well; but what is proved is what lies here.
      key: await identityAt(key),
    };
    return { original, enc, ...is, key, seen };
  });
  const originals = new Map(there.map(({ enc, original }) => [enc, original]));
  const plans = there.map(({ enc, resourceName }) => ({ source: enc, resourceName }));
  const inspected = await inspectPlanned(parts, plans, signal, {
    failed: (enc, error) => report.failed(originals.get(enc) ?? enc, error),
  });
  const pairs = new Map(inspected.map((pair) => [pair.label, pair]));
  return there.flatMap((file) => {
    const pair = pairs.get(file.enc);
    return pair ? [{ ...file, pair, size: pair.size }] : [];
  });
}

async function proveGroup(
  parts: JobParts,
  group: readonly SeenFile[],
  signal: AbortSignal | undefined,
  report: ProofReport,
): Promise<void> {
  const originals = group.map(originalOf);
  const keys = group.map(({ pair }) => pair.found.key);
  const deks = await attemptTogether(report, originals, async () => {
    // Whoever cancels wants no more openings in the audit log either.
    if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    return unwrapKeys(parts, keys, 'prove');
  });
  if (!deks) return;
  try {
    const keyed = group.flatMap((file, index) => {
      const dek = deks[index];
      if (dek instanceof Secret) return [{ file, dek }];
      report.failed(file.original, errorOf(file.original, explained(parts, file.pair, dek)));
      return [];
    });
    const compared = await compareFiles(parts, keyed, signal, report);
    const labelOf = ({ file }: ComparedFile) => originalOf(file);
    const proved = await attemptEach(
      report,
      compared,
      labelOf,
      async ({ file, segments, ms }): Promise<Proof> => {
        await assertHolds(file);
        const { original, enc, key, seen } = file;
        return { original, enc, key, seen, segments, bytes: Number(seen.original.size), ms };
      },
    );
    for (const proof of proved) report.proved(proof);
  } finally {
    for (const dek of deks) if (dek instanceof Secret) dek.destroy();
  }
}

function originalOf({ original }: ToProve): string {
  return original;
}
