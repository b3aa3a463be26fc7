import type { Job } from '../../../shared/bridge/state.ts';
import { type FolderProof, isFolderProof, type Proof } from '../../jobs/proof.ts';
import type { OriginalToMove, SealedOriginal } from './job-task.ts';

/** What a job proved, for as long as this process lives, and the originals that may go to the trash by it. */
export class ProvenOriginals {
  #left: OriginalToMove[] = [];
  #segments = 0;
  #bytes = 0;
  #folderFiles: number | undefined;

  add(file: SealedOriginal, proof: Proof | FolderProof): void {
    this.#left.push({ ...file, proof });
    this.#segments += proof.segments;
    this.#bytes += proof.bytes;
    if (isFolderProof(proof)) this.#folderFiles = proof.files;
  }

  left(): readonly OriginalToMove[] {
    return this.#left;
  }

  /** Another job has those that are left, and nobody else gets them. */
  handedOver(): void {
    this.#left = [];
  }

  view(): NonNullable<Job['proof']> {
    return {
      ...{ segments: this.#segments, bytes: this.#bytes, left: this.#left.length },
      ...(this.#folderFiles !== undefined && { folder_files: this.#folderFiles }),
    };
  }
}
