import type { JobParts } from '../agent/jobs/parts.ts';
import type { Proof, ToProve } from '../agent/jobs/proof.ts';
import { proveFiles } from '../agent/jobs/prove-files.ts';
import type { JobReport } from '../agent/jobs/report.ts';
import { trashProven } from '../agent/jobs/trash-proven.ts';
import type { CliContext } from './context.ts';
import { formatBytes } from './progress-line.ts';

/** A job's report that also keeps what was sealed; of a file that was named twice the last pair. */
export function keepingSealed(report: JobReport): { readonly report: JobReport; sealed(): ToProve[] } {
  const pairs = new Map<string, string>();
  return {
    report: {
      ...report,
      finished(file) {
        pairs.set(file.file, file.out);
        report.finished(file);
      },
    },
    sealed: () => [...pairs].map(([original, enc]) => ({ original, enc })),
  };
}

/** Proves that sealed files open to their originals, then moves those to the trash; says each step. */
export async function trashOriginals(
  { terminal, trash, signal }: CliContext,
  jobs: JobParts,
  files: readonly ToProve[],
  { json, report }: { readonly json?: true | undefined; readonly report: JobReport },
): Promise<void> {
  const proofs: Proof[] = [];
  const proved = (proof: Proof) => {
    proofs.push(proof);
    const { original, segments, bytes } = proof;
    const parts = segments === 1 ? '1 segment' : `${segments} segments`;
    if (!json)
      terminal.print(`Proved ${original}: ${parts} (${formatBytes(bytes)}) read back, opened and compared`);
  };
  await proveFiles(jobs, { files, signal }, { ...report, proved });
  const trashed = ({ original, segments, bytes, ms }: Proof, to: string | undefined) => {
    if (json) terminal.printJson({ file: original, proved: { segments, bytes, ms }, trashed: to ?? true });
    else terminal.print(`Moved ${original} to the trash`);
  };
  await trashProven(trash, { proofs, signal }, { failed: report.failed, trashed });
}
