import { type Agent, type AgentSettings, connectAgent } from '../agent/agent.ts';
import { dataFolderPath, makeDataFolder } from '../agent/profile/data-folder.ts';
import {
  type Addresses,
  createProfileStore,
  OWN_PROFILE,
  type Profile,
  profileId,
} from '../agent/profile/profiles.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { normalizeServiceUrl } from '../shared/names/service-url.ts';
import type { CliContext, ClientOptions } from './context.ts';

/** Where a command's servers are: another machine's, or the data folder's own. */
export type Target =
  | { readonly kind: 'own' }
  | { readonly kind: 'remote'; readonly addresses: Addresses; readonly known: Profile | undefined };

/**
 * Reads `--kms`, `--cloud` and `--own`; without any, the profile that was used last.
 * @throws SealkeepError USAGE or SERVER_ADDRESS_REFUSED
 */
export async function targetOf(dataFolder: string, options: ClientOptions): Promise<Target> {
  const profiles = createProfileStore(dataFolder);
  if ((options.kms === undefined) !== (options.cloud === undefined)) {
    throw new SealkeepError('USAGE', { reason: '--kms and --cloud go together.' });
  }
  if (options.kms !== undefined && options.cloud !== undefined) {
    const addresses = { kms: addressOf(options.kms), cloud: addressOf(options.cloud) };
    return { kind: 'remote', addresses, known: await profiles.at(addresses) };
  }
  const { id, servers } = options.own ? OWN_PROFILE : await profiles.current();
  if (!servers) return { kind: 'own' };
  return {
    kind: 'remote',
    addresses: { kms: servers.kms.address, cloud: servers.cloud.address },
    known: { id, servers },
  };
}

function addressOf(text: string): string {
  const address = normalizeServiceUrl(text);
  if (address === undefined) throw new SealkeepError('SERVER_ADDRESS_REFUSED', { url: text });
  return address;
}

/** The data folder of this person's client, made where it is not there yet. */
export async function clientDataFolder(context: CliContext): Promise<string> {
  const folder = dataFolderPath(context);
  await makeDataFolder(folder);
  return folder;
}

/** What a command needs of its agent. */
export interface AgentNeeds {
  readonly isCloudNeeded?: boolean;
  /** Its calls belong together: once the servers have answered, Ctrl-C does not part them. */
  readonly isWhole?: boolean;
  /** Threads that encrypt. */
  readonly workers?: number | undefined;
  /** Somebody logs in or registers: that chooses these servers, for the window of this data folder too. */
  readonly isEntry?: boolean;
}

/** Connects, works, and disconnects again, also where the work fails. */
export async function withAgent(
  context: CliContext,
  options: ClientOptions,
  work: (agent: Agent) => Promise<void>,
  needs: AgentNeeds = {},
): Promise<void> {
  const dataFolder = await clientDataFolder(context);
  const target = await targetOf(dataFolder, options);
  const calls = callsOf(context, needs);
  const common = {
    ...{ dataFolder, isCloudNeeded: needs.isCloudNeeded ?? true, workers: needs.workers },
    ...{ signal: calls.signal, segmentWorkerUrl: context.segmentWorkerUrl, now: context.now },
  };
  const connected = async (agent: Agent) => {
    calls.connected();
    await work(agent);
  };
  if (target.kind === 'remote') await withRemote(common, target, connected);
  else
    await withOwn(
      context,
      common,
      { isNamed: options.own === true, isEntry: needs.isEntry === true },
      connected,
    );
}

/** What ends the calls of a command: Ctrl-C, for as long as the command lets it. */
function callsOf({ signal }: CliContext, { isWhole }: AgentNeeds) {
  const calls = new AbortController();
  const cancel = () => calls.abort();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  return {
    signal: calls.signal,
    connected: () => {
      if (isWhole) signal.removeEventListener('abort', cancel);
    },
  };
}

type Common = Omit<AgentSettings, 'kind' | 'profileId' | 'addresses' | 'known' | 'launchSecret'>;

async function withRemote(
  common: Common,
  { addresses, known }: Extract<Target, { kind: 'remote' }>,
  work: (agent: Agent) => Promise<void>,
): Promise<void> {
  const id = profileId(addresses);
  const agent = await connectAgent({
    ...common,
    kind: 'remote',
    profileId: id,
    addresses,
    known: known?.servers,
  });
  try {
    await createProfileStore(common.dataFolder).use({ id, servers: agent.servers });
    await work(agent);
  } finally {
    await agent.close();
  }
}

async function withOwn(
  context: CliContext,
  common: Common,
  { isNamed, isEntry }: { readonly isNamed: boolean; readonly isEntry: boolean },
  work: (agent: Agent) => Promise<void>,
): Promise<void> {
  // Loaded only here: a command that works with servers elsewhere starts faster without them.
  const { serversOf } = await import('../server/embedded/data-folder-servers.ts');
  const servers = await serversOf(common.dataFolder, context.serverWorkerUrl, {
    usersWait: {
      limitMs: 5 * 60_000,
      tell: () =>
        context.terminal.note(
          'Another Sealkeep works with the servers of this command; waiting for it, 5 minutes at most. Ctrl-C twice ends them at once.',
        ),
    },
  });
  try {
    const { addresses, launchSecret } = servers;
    const profile = { kind: 'own' as const, profileId: OWN_PROFILE.id, known: undefined };
    const agent = await connectAgent({ ...common, ...profile, addresses, launchSecret });
    const choose = () => createProfileStore(common.dataFolder).use(OWN_PROFILE);
    try {
      if (isNamed) await choose();
      await work(agent);
      if (isEntry) await choose();
    } finally {
      await agent.close();
    }
  } finally {
    await servers.close();
  }
}
