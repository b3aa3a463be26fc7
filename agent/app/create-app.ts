import { systemSchedule } from '../../core/schedule.ts';
import type { AppState } from '../../shared/bridge/state.ts';
import { VERSION } from '../../shared/version.ts';
import { makeDataFolder } from '../profile/data-folder.ts';
import { createAccount } from './account/account.ts';
import { createKeptExport } from './activity/kept-export.ts';
import type { App, AppSettings, BridgeHandlers } from './app.ts';
import { createEvents } from './events.ts';
import { createFileRefs } from './file-refs.ts';
import { accountHandlers } from './handlers/account-handlers.ts';
import { activityHandlers } from './handlers/activity-handlers.ts';
import type { AppParts } from './handlers/app-parts.ts';
import { cloudHandlers } from './handlers/cloud-handlers.ts';
import { jobHandlers } from './handlers/job-handlers.ts';
import { keyHandlers } from './handlers/key-handlers.ts';
import { createFailureWatch, observed } from './handlers/observed.ts';
import { peopleHandlers } from './handlers/people-handlers.ts';
import { placeHandlers } from './handlers/place-handlers.ts';
import { settingsHandlers } from './handlers/settings-handlers.ts';
import type { JobOwner } from './jobs/as-person.ts';
import { createWork } from './jobs/create-work.ts';
import { openJobJournal } from './jobs/job-journal.ts';
import { createJobQueue } from './jobs/job-queue.ts';
import { taskOf } from './jobs/job-task.ts';
import { openPlace, type Place } from './place/place.ts';
import { openSettings } from './settings/settings-store.ts';
import { createUnderWay } from './under-way.ts';

/**
 * Starts the app behind the bridge. Where a place was chosen before it connects there in the background: `app.state`
 * answers at once.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE
 */
export async function createApp(settings: AppSettings): Promise<App> {
  const { dataFolder, now, report, schedule = systemSchedule } = settings;
  await makeDataFolder(dataFolder);
  const store = await openSettings(dataFolder, settings.defaultOutputFolder);
  const journal = await openJobJournal(dataFolder, report);
  const events = createEvents(report);
  const files = createFileRefs();
  const underWay = createUnderWay();

  let told: string | undefined;
  function changed(): void {
    queue.show(present());
    const next = state();
    const text = JSON.stringify(next);
    if (text === told) return;
    told = text;
    events.emit('app.changed', next);
  }

  let opened: Place | undefined;
  /** Another place begins without anybody logged in and without running jobs. */
  async function moved(): Promise<void> {
    account.leave();
    await queue.cancelAll();
  }
  const place = await openPlace({ settings, schedule, changed: () => opened && changed(), moved });
  opened = place;
  const account = createAccount({
    agent: place.agent,
    learnLastUser: place.learnLastUser,
    changed,
    report,
  });
  const queue = createJobQueue({
    now,
    schedule,
    report,
    journal,
    changed: (jobs) => events.emit('jobs.changed', [...jobs]),
  });

  /** Jobs are a person's, at the servers that they were begun with: nobody else sees them, nor anybody at the login. */
  function present(): JobOwner | undefined {
    const { place: kind, servers } = place.state();
    const user = account.user();
    if (kind === null || user === null) return undefined;
    const at = kind === 'here' ? kind : `${servers?.kms.address} ${servers?.cloud.address}`;
    return { place: at, user };
  }

  function state(): AppState {
    const where = place.state();
    return {
      version: VERSION,
      shell: settings.shell,
      can: settings.can,
      ...where,
      root_key: where.place === 'here' ? (settings.rootKey ?? 'file') : null,
      user: account.user(),
      role: account.role(),
      notices: account.notices(),
      enrolment: account.enrolment(),
      settings: store.settings(),
    };
  }

  const failed = createFailureWatch({ account, place });
  const work = {
    ...{ account, failed, present, trash: settings.system.trash },
    outputFolder: () => store.settings().output_folder,
  };
  queue.restore(
    journal.kept.map((job) => ({
      ...job,
      work: createWork({ ...work, owner: job.owner }, taskOf(job.task)),
    })),
  );
  const kept = createKeptExport(present);
  const parts: AppParts = {
    settings,
    store,
    place,
    account,
    queue,
    files,
    underWay,
    kept,
    work,
    state,
    changed,
  };
  return {
    handlers: observed(handlersOf(parts), parts),
    on: events.on,
    offerPath: files.addPath,
    offerStream: files.addStream,
    offerFolder: files.addFolder,
    withdraw(refs) {
      files.withdraw(refs);
      queue.refresh();
    },
    output: (id, index) => queue.output(id, index) ?? (index === 0 ? kept.output(id) : undefined),
    report,
    async close() {
      try {
        await underWay.close();
        await queue.close();
      } finally {
        await place.close();
      }
    },
  };
}

/** Every call of the table: a missing one does not compile. */
function handlersOf(parts: AppParts): BridgeHandlers {
  return {
    ...placeHandlers(parts),
    ...accountHandlers(parts),
    ...jobHandlers(parts),
    ...cloudHandlers(parts),
    ...keyHandlers(parts),
    ...peopleHandlers(parts),
    ...activityHandlers(parts),
    ...settingsHandlers(parts),
  };
}
