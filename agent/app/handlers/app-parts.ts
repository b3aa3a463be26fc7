import type { AppState } from '../../../shared/bridge/state.ts';
import type { Account } from '../account/account.ts';
import type { KeptExport } from '../activity/kept-export.ts';
import type { AppSettings } from '../app.ts';
import type { FileRefs } from '../file-refs.ts';
import type { WorkParts } from '../jobs/as-person.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Place } from '../place/place.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { UnderWay } from '../under-way.ts';

/** What the handlers of the bridge's calls stand on. */
export interface AppParts {
  readonly settings: AppSettings;
  readonly store: SettingsStore;
  readonly place: Place;
  readonly account: Account;
  readonly queue: JobQueue;
  readonly files: FileRefs;
  readonly underWay: UnderWay;
  readonly kept: KeptExport;
  /** What jobs are made of, but for whose they are. */
  readonly work: Omit<WorkParts, 'owner'>;
  state(): AppState;
  /** Tells the page. */
  changed(): void;
}
