import { isSealkeepError, SealkeepError } from '../shared/errors/error.ts';
import { normalizeServiceUrl } from '../shared/names/service-url.ts';
import { createCheckpointStore } from './audit/checkpoint-store.ts';
import { followLog, type LogToFollow } from './audit/follow-log.ts';
import { REST_MS } from './engine/file-rest.ts';
import { createTemporaries, removeDeadTemporaries } from './engine/temporaries.ts';
import { createWorkerPool } from './engine/worker-pool.ts';
import type { Peer } from './http/peer.ts';
import { createTransport } from './http/transport.ts';
import type { JobParts } from './jobs/parts.ts';
import { hostDeviceName } from './login/host-device-name.ts';
import { createLogin, type Login } from './login/login.ts';
import { createLoginStore } from './login/login-store.ts';
import type { Addresses, RemoteServers } from './profile/profiles.ts';
import { createSecureTransport } from './secure-session/secure-transport.ts';
import { checkHealth, checkIdentity, type KnownServer } from './servers/check-identity.ts';
import { createCloudClient } from './servers/cloud-client.ts';
import { createKmsClient, type KmsClient } from './servers/kms-client.ts';

export interface AgentSettings {
  readonly dataFolder: string;
  /** Names the login's file in the data folder. */
  readonly profileId: string;
  readonly addresses: Addresses;
  /**
   * `own` are the servers of the data folder itself: what is said to them stays on this machine. Calls to the KMS of
   * `remote` ones go inside a secure session, wherever it listens.
   */
  readonly kind: 'own' | 'remote';
  /** Of servers inside an app. */
  readonly launchSecret?: string | undefined;
  /** What is remembered of these servers; undefined at first contact. */
  readonly known: RemoteServers | undefined;
  readonly segmentWorkerUrl: URL;
  /** False where the KMS alone will do: a cloud that was seen before may then be away. */
  readonly isCloudNeeded?: boolean;
  readonly now: () => Date;
  /** Ends the connecting alone; what was connected is ended by `close`. */
  readonly connecting?: AbortSignal | undefined;
  /** Ends every call to the servers: of an agent that one command has to itself. */
  readonly signal?: AbortSignal | undefined;
  /** Threads that encrypt, and one group of files more under way than that. */
  readonly workers?: number | undefined;
  /** How long nobody has to have written to a file before it is sealed; for tests, which seal what they just wrote. */
  readonly restMs?: number | undefined;
  /** How long a server may be silent. */
  readonly idleTimeoutMs?: number;
}

/** What a login waits for at the most: 100,000 entries of the audit log. The rest comes with the next. */
const LOGIN_PAGES = 10;

/** Of a server that is only slow: argon2 under load, a disk that syncs. */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * The addresses may come from a file that somebody edited, so the rule is held here again, where tokens leave.
 * @throws SealkeepError SERVER_ADDRESS_REFUSED
 */
function spokenAddress(address: string): string {
  const spoken = normalizeServiceUrl(address);
  if (spoken === undefined) throw new SealkeepError('SERVER_ADDRESS_REFUSED', { url: address });
  return spoken;
}

/** The part of the client that holds keys, connected to one KMS and one cloud. */
export interface Agent {
  readonly login: Login;
  readonly jobs: JobParts;
  /** The KMS's audit log, and what was seen of it. */
  readonly log: LogToFollow;
  /** Who the servers are, for remembering. */
  readonly servers: RemoteServers;
  readonly kind: AgentSettings['kind'];
  close(): Promise<void>;
}

/**
 * Connects to KMS and cloud and checks that they are who they were.
 * @throws SealkeepError SERVER_*, JOB_CANCELLED; nothing was sent but questions of who they are.
 */
export async function connectAgent(settings: AgentSettings): Promise<Agent> {
  const { addresses, known, now, launchSecret } = settings;
  const transport = createTransport();
  const peerOf = (service: Peer['service'], address: string): Peer => ({
    service,
    address: spokenAddress(address),
    launchSecret,
    signal: settings.signal,
    idleTimeoutMs: settings.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    send: transport.send,
  });
  const signal = settings.connecting ?? settings.signal;
  const plainKms = peerOf('KMS', addresses.kms);
  const secure =
    settings.kind === 'remote' ? createSecureTransport(plainKms, known?.kms.identity, now) : undefined;
  const kms = createKmsClient(secure ? { ...plainKms, send: secure.send } : plainKms);
  const cloud = createCloudClient(peerOf('cloud', addresses.cloud));
  const pool = createWorkerPool({ workerUrl: settings.segmentWorkerUrl, size: settings.workers });
  const temporaries = createTemporaries(settings.dataFolder);
  await removeDeadTemporaries(settings.dataFolder, now);
  try {
    const [knownKms, knownCloud] = await Promise.all([
      checkKms(
        createKmsClient({ ...plainKms, signal }),
        createKmsClient({ ...kms.peer, signal }),
        known?.kms,
      ),
      checkIdentity(createCloudClient({ ...cloud.peer, signal }), known?.cloud).catch((error: unknown) => {
        if (settings.isCloudNeeded === false && known && isSealkeepError(error)) return known.cloud;
        throw error;
      }),
    ]);
    const store = createLoginStore(settings.dataFolder, settings.profileId);
    const names = { kms: knownKms.name, cloud: knownCloud.name };
    const log = { kms, store: createCheckpointStore(settings.dataFolder, settings.profileId) };
    const login = createLogin({
      ...{ kms, store, now, names, deviceName: hostDeviceName() },
      assertLogHolds: async (bearer) => void (await followLog(log, { bearer, pages: LOGIN_PAGES })),
    });
    return {
      login,
      log,
      kind: settings.kind,
      jobs: {
        ...{ kms, kmsName: knownKms.name, cloud, login, now },
        engine: { pool, temporaries, restMs: settings.restMs ?? REST_MS },
        dataFolder: settings.dataFolder,
      },
      servers: { kms: secure ? { ...knownKms, identity: secure.identity() } : knownKms, cloud: knownCloud },
      async close() {
        await pool.close();
        await temporaries.close();
        secure?.close();
        transport.close();
      },
    };
  } catch (error) {
    secure?.close();
    transport.close();
    throw error;
  }
}

/** What answers there is asked in clear first: what is no KMS gets no key. */
async function checkKms(
  plain: KmsClient,
  kms: KmsClient,
  known: KnownServer | undefined,
): Promise<KnownServer> {
  await checkHealth(plain);
  return checkIdentity(kms, known);
}
