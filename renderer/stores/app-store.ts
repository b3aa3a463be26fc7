import { create } from 'zustand';
import type { Reach } from '../../shared/bridge/carrier.ts';
import type { AppState, BridgeError, Language, ServerState } from '../../shared/bridge/state.ts';
import { chooseLanguage } from '../../shared/messages/choose-language.ts';
import { chooseLocale } from '../messages/choose-locale.ts';
import { ENGLISH, type Speech } from '../messages/speech.ts';

interface AppData {
  /** What the agent said last; null until it said anything. */
  readonly state: AppState | null;
  /** Why it did not. */
  readonly error: BridgeError | null;
  /** Whether the agent can be reached: what it said last may be old where it can't. */
  readonly reach: Reach;
  /** What the system prefers, for settings that follow it. */
  readonly system: { readonly languages: readonly string[]; readonly isDark: boolean };
  /** What the page speaks now; the wanted language as soon as it is fetched. */
  readonly speech: Speech;
}

interface AppStore extends AppData {
  receive(state: AppState): void;
  fail(error: BridgeError): void;
  noticeReach(reach: Reach): void;
  followSystem(system: AppData['system']): void;
  speak(speech: Speech): void;
  reset(): void;
}

const INITIAL: AppData = {
  state: null,
  error: null,
  reach: 'there',
  system: { languages: ['en'], isDark: false },
  speech: ENGLISH,
};

export const useAppStore = create<AppStore>()((set) => ({
  ...INITIAL,
  receive: (state) => set({ state, error: null }),
  fail: (error) => set({ error }),
  noticeReach: (reach) => set({ reach }),
  followSystem: (system) => set({ system }),
  speak: (speech) => set({ speech }),
  reset: () => set(INITIAL),
}));

/** What the settings say, or the system. */
export const selectWantedLanguage = ({ state, system }: Pick<AppData, 'state' | 'system'>): Language =>
  state?.settings.language ?? chooseLanguage(system.languages);

export const selectLocale = (data: AppData): string =>
  chooseLocale(data.speech.language, data.system.languages);

export function selectTheme({ state, system }: AppData): 'light' | 'dark' {
  const theme = state?.settings.theme ?? 'system';
  if (theme !== 'system') return theme;
  return system.isDark ? 'dark' : 'light';
}

export const selectIsAway =
  (server: 'kms' | 'cloud') =>
  ({ state }: Pick<AppData, 'state'>): boolean =>
    state?.servers?.[server].state === 'away';

/** Which servers do not answer; null while none of them is known to be away. */
export function selectAway({ state }: Pick<AppData, 'state'>): 'kms' | 'cloud' | 'both' | null {
  const isAway = (server: 'kms' | 'cloud') => selectIsAway(server)({ state });
  if (isAway('kms')) return isAway('cloud') ? 'both' : 'kms';
  return isAway('cloud') ? 'cloud' : null;
}

/** The state of both servers together: the worse of the two. */
export function worseState(servers: { kms: ServerState; cloud: ServerState }): ServerState['state'] {
  const states = [servers.kms.state, servers.cloud.state];
  return (
    states.find((state) => state === 'away') ?? states.find((state) => state === 'starting') ?? 'answering'
  );
}

/** Where the servers are, in short: the host of the KMS; null for servers in this app. */
export function placeName(servers: { kms: ServerState } | null): string | null {
  const address = servers?.kms.address;
  if (!address) return null;
  return URL.canParse(address) ? new URL(address).host : address;
}
