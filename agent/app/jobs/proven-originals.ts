import type { Proof } from '../../jobs/proof.ts';

/** Proofs of a job, for as long as this process lives: originals that may go to the trash, and how many went there. */
export class ProvenOriginals {
  #left: Proof[] = [];
  #segments = 0;
  #bytes = 0;
  #moved = 0;

  add(proof: Proof): void {
    this.#left.push(proof);
    this.#segments += proof.segments;
    this.#bytes += proof.bytes;
  }

  /** Nobody else gets them; those that were not moved are given back. */
  take(): readonly Proof[] {
    const taken = this.#left;
    this.#left = [];
    return taken;
  }

  giveBack(proof: Proof): void {
    this.#left.push(proof);
  }

  moved(): void {
    this.#moved += 1;
  }

  view(): { segments: number; bytes: number; left: number; moved: number } {
    return { segments: this.#segments, bytes: this.#bytes, left: this.#left.length, moved: this.#moved };
  }
}
