import { assertSameFile, type FileIdentity } from '../engine/file-identity.ts';
import { assertSameTree, type TreeIdentity } from '../folders/tree-identity.ts';
import type { InspectedFile } from './open-inspect.ts';
import type { JobReport } from './report.ts';

/** A file, and the `.enc` that was made of it; its `.key` lies beside that. */
export interface ToProve {
  readonly original: string;
  readonly enc: string;
  /** What the `.enc` has to be; any other one proves nothing. */
  readonly resourceName?: string;
}

/**
 * That a pair on disk opens to what the original holds. It is good for these very files only: whoever acts on it looks
 * first whether they are still the same (`assertHolds`).
 */
export interface Proof extends ToProve {
  readonly key: string;
  /** How many segments were read back, opened and compared. */
  readonly segments: number;
  /** Bytes of the original. */
  readonly bytes: number;
  readonly ms: number;
  readonly seen: Readonly<Record<'original' | 'enc' | 'key', FileIdentity>>;
}

/** That a sealed folder opens to what the original one is, for as long as nothing in either changes. */
export interface FolderProof extends Pick<Proof, 'original' | 'segments' | 'bytes' | 'ms'> {
  readonly sealed: string;
  /** How many files were compared. */
  readonly files: number;
  readonly seen: Readonly<Record<'original' | 'sealed', TreeIdentity>>;
}

/** How a proof tells of its files, by the original; each ends with exactly one of `proved` and `failed`. */
export interface ProofReport extends Pick<JobReport, 'failed' | 'progress'> {
  proved(proof: Proof): void;
}

/** A file whose pair was looked at. */
export interface SeenFile extends ToProve, Pick<Proof, 'key' | 'seen'> {
  readonly pair: InspectedFile;
  /** Length of the `.enc`. */
  readonly size: number;
}

/** @throws SealkeepError FILE_CHANGED, FILE_NOT_FOUND where one of the three is not what it was when it was proved. */
export async function assertHolds(proof: Pick<Proof, 'original' | 'enc' | 'key' | 'seen'>): Promise<void> {
  const { original, enc, key, seen } = proof;
  await assertSameFile(enc, seen.enc);
  await assertSameFile(key, seen.key);
  await assertSameFile(original, seen.original);
}

/** The same of a folder; whoever moves the original looks at that one. */
export async function assertFolderHolds({ sealed, seen }: FolderProof, signal?: AbortSignal): Promise<void> {
  await assertSameTree(sealed, seen.sealed, signal);
}

export function isFolderProof(proof: Proof | FolderProof): proof is FolderProof {
  return 'sealed' in proof;
}
