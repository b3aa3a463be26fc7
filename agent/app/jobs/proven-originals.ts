import type { Job } from '../../../shared/bridge/state.ts';
import { type FolderProof, isFolderProof, type Proof } from '../../jobs/proof.ts';

/** Proofs of a job, for as long as this process lives: originals that may go to the trash, and how many went there. */
export class ProvenOriginals {
  #left: (Proof | FolderProof)[] = [];
  #segments = 0;
  #bytes = 0;
  #moved = 0;
  #folderFiles: number | undefined;

  add(proof: Proof | FolderProof): void {
    this.#left.push(proof);
    this.#segments += proof.segments;
    this.#bytes += proof.bytes;
    if (isFolderProof(proof)) this.#folderFiles = proof.files;
  }

  /** Nobody else gets them; those that were not moved are given back. */
  take(): readonly (Proof | FolderProof)[] {
    const taken = this.#left;
    this.#left = [];
    return taken;
  }

  giveBack(proof: Proof | FolderProof): void {
    this.#left.push(proof);
  }

  moved(): void {
    this.#moved += 1;
  }

  view(): NonNullable<Job['proof']> {
    return {
      ...{ segments: this.#segments, bytes: this.#bytes, left: this.#left.length, moved: this.#moved },
      ...(this.#folderFiles !== undefined && { folder_files: this.#folderFiles }),
    };
  }
}
