import type { JobParts } from '../agent/jobs/parts.ts';
import { type FolderProof, isFolderProof, type Proof, type ToProve } from '../agent/jobs/proof.ts';
import { proveFiles } from '../agent/jobs/prove-files.ts';
import { type FolderToProve, proveFolder } from '../agent/jobs/prove-folder.ts';
import type { JobReport } from '../agent/jobs/report.ts';
import { trashProven } from '../agent/jobs/trash-proven.ts';
import type { CliContext } from './context.ts';
import { counted } from './counted.ts';
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

/** Files and folders with what was made of them. */
interface Sealed {
  readonly files: readonly ToProve[];
  readonly folders: readonly FolderToProve[];
}

/** Proves that what was sealed opens to its originals, then moves those to the trash; says each step. */
export async function trashOriginals(
  { terminal, trash, signal }: CliContext,
  jobs: JobParts,
  { files, folders }: Sealed,
  { json, report }: { readonly json?: true | undefined; readonly report: JobReport },
): Promise<void> {
  const proofs: (Proof | FolderProof)[] = [];
  const proved = (proof: Proof | FolderProof) => {
    proofs.push(proof);
    if (!json) terminal.print(`Proved ${proof.original}: ${sentenceOf(proof)}`);
  };
  if (files.length > 0) await proveFiles(jobs, { files, signal }, { ...report, proved });
  for (const folder of folders) await proveFolder(jobs, { ...folder, signal }, { ...report, proved });
  const trashed = (proof: Proof | FolderProof, to: string | undefined) => {
    const { original, segments, bytes, ms } = proof;
    const compared = isFolderProof(proof) ? { files: proof.files } : {};
    const proved = { segments, bytes, ms, ...compared };
    if (json) terminal.printJson({ file: original, proved, trashed: to ?? true });
    else terminal.print(`Moved ${original} to the trash`);
  };
  await trashProven(trash, { proofs, signal }, { failed: report.failed, trashed });
}

function sentenceOf(proof: Proof | FolderProof): string {
  const { segments, bytes } = proof;
  const amount = `(${formatBytes(bytes)})`;
  return isFolderProof(proof)
    ? `${counted(proof.files, 'file')} ${amount} read back, opened and compared, with names, links, permissions and times`
    : `${counted(segments, 'segment')} ${amount} read back, opened and compared`;
}
