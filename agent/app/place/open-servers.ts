import { type AgentSettings, connectAgent } from '../../agent.ts';
import { type Addresses, createProfileStore, OWN_PROFILE, profileId } from '../../profile/profiles.ts';
import type { AppSettings, OwnServers } from '../app.ts';
import type { Opened } from './connection.ts';

const NEVER = new Promise<void>(() => undefined);

/**
 * Opens the servers inside this app, or those that another process runs for the same data folder, and connects.
 * @throws SealkeepError DATA_FOLDER_BUSY, SERVER_*, and what starting servers throws.
 */
export async function openHere(settings: AppSettings): Promise<Opened> {
  const servers = await settings.openOwnServers();
  try {
    const { addresses, launchSecret } = servers;
    const own = {
      kind: 'own' as const,
      profileId: OWN_PROFILE.id,
      addresses,
      launchSecret,
      known: undefined,
    };
    const agent = await connectAgent({ ...common(settings), ...own });
    return {
      agent,
      ended: servers.ended,
      isReplaceable: servers.isBorrowed === true,
      close: () => closeBoth(agent, servers),
    };
  } catch (error) {
    await servers.close();
    throw error;
  }
}

async function closeBoth(agent: { close(): Promise<void> }, servers: OwnServers): Promise<void> {
  try {
    await agent.close();
  } finally {
    await servers.close();
  }
}

/**
 * Connects to a team's servers, checks that they are who they were, and remembers who they are.
 * @throws SealkeepError SERVER_*; nothing is remembered then.
 */
export async function openTeam(
  settings: AppSettings,
  addresses: Addresses,
  signal: AbortSignal,
): Promise<Opened> {
  const agent = await connectTeam(settings, addresses, signal);
  try {
    const chosen = { id: profileId(addresses), servers: agent.servers };
    await createProfileStore(settings.dataFolder).use(chosen);
  } catch (error) {
    await agent.close();
    throw error;
  }
  return { agent, ended: NEVER, isReplaceable: false, close: () => agent.close() };
}

/** Tries addresses as `openTeam` does, and keeps nothing. */
export async function tryTeam(
  settings: AppSettings,
  addresses: Addresses,
  signal: AbortSignal,
): Promise<void> {
  const agent = await connectTeam(settings, addresses, signal);
  await agent.close();
}

async function connectTeam(settings: AppSettings, addresses: Addresses, connecting: AbortSignal) {
  const known = (await createProfileStore(settings.dataFolder).at(addresses))?.servers;
  const team = { kind: 'remote' as const, profileId: profileId(addresses), addresses, known, connecting };
  return connectAgent({ ...common(settings), ...team });
}

function common({
  dataFolder,
  segmentWorkerUrl,
  now,
  restMs,
}: AppSettings): Pick<AgentSettings, 'dataFolder' | 'segmentWorkerUrl' | 'now' | 'restMs'> {
  return { dataFolder, segmentWorkerUrl, now, restMs };
}
