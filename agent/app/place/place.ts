import type { Schedule } from '../../../core/schedule.ts';
import type { AppState } from '../../../shared/bridge/state.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import { normalizeServiceUrl } from '../../../shared/names/service-url.ts';
import type { Agent } from '../../agent.ts';
import { createLoginStore } from '../../login/login-store.ts';
import { type Addresses, createProfileStore, OWN_PROFILE, profileId } from '../../profile/profiles.ts';
import type { AppSettings } from '../app.ts';
import { type Connection, createConnection, type Opened } from './connection.ts';
import { openHere, openTeam, tryTeam } from './open-servers.ts';

/** Whose servers this app works with: `none → here | team → none`. */
type PlaceState =
  | { readonly kind: 'none' }
  | { readonly kind: 'here'; readonly connection: Connection }
  | { readonly kind: 'team'; readonly addresses: Addresses; readonly connection: Connection };

export interface PlaceParts {
  readonly settings: AppSettings;
  readonly schedule: Schedule;
  changed(): void;
  /** Told before another place begins, and as it has begun: who was logged in and what ran belonged to the former one. */
  moved(): Promise<void>;
}

export type Place = Awaited<ReturnType<typeof openPlace>>;

/** The place that was chosen before, connecting in the background, or none. */
export async function openPlace({ settings, schedule, changed, moved }: PlaceParts) {
  const profiles = createProfileStore(settings.dataFolder);
  let state: PlaceState = { kind: 'none' };
  /** Who was logged in last at the place, in this app or by a command in the same data folder. */
  let lastUser: string | null = null;
  let last: Promise<unknown> = Promise.resolve();
  /** Once it is closed it stays so, and nothing is waited for that may take long. */
  const closing = new AbortController();

  const connect = (open: () => Promise<Opened>, first?: Opened) =>
    createConnection({ open, schedule, changed, report: settings.report }, first);
  const here = (first?: Opened): PlaceState => ({
    kind: 'here',
    connection: connect(() => openHere(settings), first),
  });
  const team = (addresses: Addresses, first?: Opened): PlaceState => ({
    kind: 'team',
    addresses,
    connection: connect(() => openTeam(settings, addresses, closing.signal), first),
  });

  /** One choice after the other. @throws SealkeepError JOB_CANCELLED once it is closed. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const next = last.then(() => {
      if (closing.signal.aborted) throw new SealkeepError('JOB_CANCELLED');
      return work();
    });
    last = next.catch(() => undefined);
    return next;
  }

  async function become(next: PlaceState): Promise<void> {
    await moved();
    const before = state;
    lastUser = await lastUserAt(next, settings.dataFolder);
    state = next;
    // Who logged in meanwhile did so at the former place.
    const left = moved();
    changed();
    await left;
    if (before.kind !== 'none') await before.connection.close();
  }

  const chosen = await profiles.chosen();
  if (chosen?.servers) {
    const { kms, cloud } = chosen.servers;
    state = team({ kms: kms.address, cloud: cloud.address });
  } else if (chosen) state = here();
  lastUser = await lastUserAt(state, settings.dataFolder);

  return {
    state(): Pick<AppState, 'place' | 'servers' | 'last_user'> {
      if (state.kind === 'none') return { place: null, servers: null, last_user: null };
      const { kms, cloud } = state.connection.health();
      const at = state.kind === 'team' ? state.addresses : { kms: null, cloud: null };
      return {
        place: state.kind,
        servers: { kms: { ...kms, address: at.kms }, cloud: { ...cloud, address: at.cloud } },
        last_user: lastUser,
      };
    },
    /** Looks who was logged in last: a login here, or a command in the same data folder, may have changed it. */
    async learnLastUser(): Promise<void> {
      const asked = state;
      const found = await lastUserAt(asked, settings.dataFolder);
      if (asked === state) lastUser = found;
    },
    /** Servers inside this app. @throws what starting them throws; nothing is changed then. */
    chooseHere: () =>
      inTurn(async () => {
        if (state.kind === 'here') return;
        const opened = await openHere(settings);
        await profiles.use(OWN_PROFILE);
        await become(here(opened));
      }),
    /** @throws SealkeepError SERVER_*; nothing is changed then. */
    chooseTeam: (given: Addresses) =>
      inTurn(async () => {
        const addresses = spoken(given);
        await become(team(addresses, await openTeam(settings, addresses, closing.signal)));
      }),
    leave: () =>
      inTurn(async () => {
        await profiles.leave();
        await become({ kind: 'none' });
      }),
    /** Tries addresses without keeping them. @throws SealkeepError SERVER_* */
    test: (addresses: Addresses) => tryTeam(settings, spoken(addresses), closing.signal),
    /** @throws SealkeepError SERVER_* where they are away, NOT_LOGGED_IN where no place is chosen. */
    async agent(): Promise<Agent> {
      if (state.kind === 'none') throw new SealkeepError('NOT_LOGGED_IN');
      return state.connection.agent();
    },
    suspect(): void {
      if (state.kind !== 'none') state.connection.suspect();
    },
    /** Breaks off what is waited for, and stops the servers of the last choice. */
    async close(): Promise<void> {
      closing.abort();
      await last;
      if (state.kind !== 'none') await state.connection.close();
    },
  };
}

async function lastUserAt(place: PlaceState, dataFolder: string): Promise<string | null> {
  if (place.kind === 'none') return null;
  const profile = place.kind === 'here' ? OWN_PROFILE.id : profileId(place.addresses);
  try {
    return (await createLoginStore(dataFolder, profile).read()).last_user;
  } catch (error) {
    // A file that cannot be read is said where somebody logs in; until then nobody is known.
    if (isSealkeepError(error, 'DATA_FOLDER_UNUSABLE')) return null;
    throw error;
  }
}

/** @throws SealkeepError SERVER_ADDRESS_REFUSED */
function spoken({ kms, cloud }: Addresses): Addresses {
  const one = (text: string) => {
    const address = normalizeServiceUrl(text.trim());
    if (address === undefined) throw new SealkeepError('SERVER_ADDRESS_REFUSED', { url: text });
    return address;
  };
  return { kms: one(kms), cloud: one(cloud) };
}
