import { randomId } from '../../../core/crypto/random.ts';
import type { JobOutput } from '../app.ts';
import { isSameOwner, type JobOwner } from '../jobs/as-person.ts';

export interface KeptExport {
  /** @returns the id by which the page names it. */
  keep(output: JobOutput): string;
  /** Undefined for another id, and for anybody but who exported it. */
  output(id: string): JobOutput | undefined;
}

/**
 * The newest export of the audit log, as long as this process runs: what the browser shell may hand to its browser.
 * @param present who is logged in.
 */
export function createKeptExport(present: () => JobOwner | undefined): KeptExport {
  let newest: { id: string; owner: JobOwner | undefined; output: JobOutput } | undefined;
  return {
    keep(output) {
      newest = { id: randomId(), owner: present(), output };
      return newest.id;
    },
    output(id) {
      const owner = present();
      return newest?.id === id && owner && isSameOwner(newest.owner, owner) ? newest.output : undefined;
    },
  };
}
