import { type Agent, connectAgent } from '../agent/agent.ts';
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

/** Connects, works, and disconnects again, also where the work fails. */
export async function withAgent(
  context: CliContext,
  options: ClientOptions,
  work: (agent: Agent) => Promise<void>,
  needs: { readonly isCloudNeeded?: boolean } = {},
): Promise<void> {
  const dataFolder = await clientDataFolder(context);
  const target = await targetOf(dataFolder, options);
  if (target.kind === 'remote') await withRemote(context, dataFolder, { ...target, ...needs }, work);
  else await withOwn(context, dataFolder, options, work);
}

async function withRemote(
  context: CliContext,
  dataFolder: string,
  { addresses, known, ...needs }: Extract<Target, { kind: 'remote' }> & { isCloudNeeded?: boolean },
  work: (agent: Agent) => Promise<void>,
): Promise<void> {
  const id = profileId(addresses);
  const { segmentWorkerUrl, now } = context;
  const agent = await connectAgent({
    dataFolder,
    profileId: id,
    addresses,
    known: known?.servers,
    isCloudNeeded: needs.isCloudNeeded ?? true,
    segmentWorkerUrl,
    now,
  });
  try {
    await createProfileStore(dataFolder).use({ id, servers: agent.servers });
    await work(agent);
  } finally {
    await agent.close();
  }
}

async function withOwn(
  context: CliContext,
  dataFolder: string,
  options: ClientOptions,
  work: (agent: Agent) => Promise<void>,
): Promise<void> {
  // Loaded only here: a command that works with servers elsewhere starts faster without them.
  const { serversOf } = await import('../server/embedded/data-folder-servers.ts');
  const servers = await serversOf(dataFolder, context.serverWorkerUrl, {
    usersWait: {
      limitMs: 5 * 60_000,
      tell: () =>
        context.terminal.note(
          'Another Sealkeep works with the servers of this command; waiting for it, 5 minutes at most. Ctrl-C twice ends them at once.',
        ),
    },
  });
  try {
    const { segmentWorkerUrl, now } = context;
    const { addresses, launchSecret } = servers;
    const profile = { profileId: OWN_PROFILE.id, known: undefined };
    const agent = await connectAgent({
      dataFolder,
      ...profile,
      addresses,
      launchSecret,
      segmentWorkerUrl,
      now,
    });
    try {
      if (options.own) await createProfileStore(dataFolder).use(OWN_PROFILE);
      await work(agent);
    } finally {
      await agent.close();
    }
  } finally {
    await servers.close();
  }
}
