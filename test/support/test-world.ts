import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Agent, type AgentSettings, connectAgent } from '../../agent/agent.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import type { FinishedFile, JobReport } from '../../agent/jobs/report.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { uploadFiles } from '../../agent/jobs/upload-files.ts';
import { Secret } from '../../core/crypto/secret.ts';
import type { CloudConfig } from '../../server/cloud/config.ts';
import type { SessionSettings } from '../../server/kms/config.ts';
import { startCloud, startKms } from '../../server/main.ts';
import { createLogger } from '../../server/platform/logging.ts';
import type { SealkeepError } from '../../shared/errors/error.ts';
import { testIdentityPair } from '../kms/identity-pair.ts';
import { CHEAP, PASSWORD, testConfig, totpCode } from '../kms/start-test-kms.ts';
import { WORKER_URL } from './engine.ts';
import { type MeddlingProxy, startMeddlingProxy } from './meddling-proxy.ts';

/** What became of a job's files. */
export interface Outcome {
  readonly finished: FinishedFile[];
  readonly failed: { readonly file: string; readonly error: SealkeepError }[];
}

export interface WorldPerson {
  readonly user: string;
  readonly agent: Agent;
  readonly otpUri: string;
  readonly recoveryCodes: readonly string[];
  /** The agent's data folder. */
  readonly home: string;
  /** Where this person's files lie. */
  readonly folder: string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** What lies in the folder, hidden files too, in order. */
  names(): Promise<string[]>;
  seal(...sources: string[]): Promise<Outcome>;
  open(...sources: string[]): Promise<Outcome>;
  upload(...sources: string[]): Promise<Outcome>;
  /** Writes, seals, and gives the pair's paths; throws where that fails. */
  sealed(name: string, content: string | Uint8Array): Promise<{ enc: string; key: string }>;
}

/** How a world's agents take its servers. */
interface WorldOptions {
  /** Their own where nothing else is said: a test can then read and change what they say to the KMS. */
  readonly kind?: AgentSettings['kind'];
  readonly session?: Partial<SessionSettings>;
}

/** KMS and cloud as `server/main.ts` starts them, each behind a proxy that records and may meddle, and agents. */
export async function startTestWorld({ kind = 'own', session = {} }: WorldOptions = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-world-'));
  const lines: string[] = [];
  const clock = { now: new Date('2026-11-22T10:00:10Z') };
  const now = () => clock.now;
  const loggerOf = (service: string) =>
    createLogger(service, 'debug', { write: (line: string) => void lines.push(line) });
  const rootKeys = { kms: Secret.random(32), cloud: Secret.random(32) };
  const reached = { kms: '', cloud: '' };
  const kmsConfig = testConfig(folder, { session });
  const onStoreLost = (error: SealkeepError) => {
    throw error;
  };
  const kms = await startKms({
    config: kmsConfig,
    rootKey: rootKeys.kms,
    cloudAddress: () => reached.cloud,
    now,
    onStoreLost,
    logger: loggerOf('kms'),
    passwordCost: CHEAP,
    makeIdentityPair: testIdentityPair,
  });
  const { host, port, addresses, trustedProxies } = kmsConfig;
  const cloudConfig: CloudConfig = {
    ...{ host, port, addresses, trustedProxies },
    url: kmsConfig.cloudUrl,
    kmsUrl: kmsConfig.url,
    databaseFile: path.join(folder, 'cloud', 'cloud.sqlite'),
    blobsFolder: path.join(folder, 'cloud', 'blobs'),
    callsPerMinute: 0,
  };
  const cloud = await startCloud({
    config: cloudConfig,
    rootKey: rootKeys.cloud,
    kmsAddress: () => reached.kms,
    now,
    onStoreLost,
    logger: loggerOf('cloud'),
  });
  Object.assign(reached, { kms: kms.address, cloud: cloud.address });
  const proxies: { kms: MeddlingProxy; cloud: MeddlingProxy } = {
    kms: await startMeddlingProxy(() => kms.address),
    cloud: await startMeddlingProxy(() => cloud.address),
  };
  const agents: Agent[] = [];

  async function connect(name: string, idleTimeoutMs?: number): Promise<Agent> {
    const home = path.join(folder, 'homes', name);
    await mkdir(home, { recursive: true });
    const agent = await connectAgent({
      dataFolder: home,
      kind,
      profileId: 'test',
      addresses: { kms: proxies.kms.address, cloud: proxies.cloud.address },
      known: undefined,
      segmentWorkerUrl: WORKER_URL,
      now,
      restMs: 0,
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    });
    agents.push(agent);
    return agent;
  }

  /** Somebody who registered and confirmed with the code before the present one. */
  async function person(user: string, idleTimeoutMs?: number): Promise<WorldPerson> {
    const agent = await connect(user, idleTimeoutMs);
    const { otp_uri: otpUri, enrolment_ticket: ticket } = await agent.login.register(user, PASSWORD);
    const { recoveryCodes } = await agent.login.confirm(user, ticket, totpCode(otpUri, now(), -1));
    const home = path.join(folder, 'homes', user);
    const files = path.join(folder, 'files', user);
    await mkdir(files, { recursive: true });
    return { user, agent, otpUri, recoveryCodes, home, folder: files, ...jobsOf(agent, files) };
  }

  return {
    folder,
    now,
    clock,
    advance(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
    kms: { config: kmsConfig, address: kms.address, rootKey: rootKeys.kms, upkeep: kms.upkeep },
    cloud: { config: cloudConfig, address: cloud.address, rootKey: rootKeys.cloud },
    proxies,
    log: () => lines.join(''),
    connect,
    person,
    async close() {
      for (const agent of agents) await agent.close();
      await Promise.all([proxies.kms.close(), proxies.cloud.close()]);
      await Promise.all([kms.stop(), cloud.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestWorld = Awaited<ReturnType<typeof startTestWorld>>;

/** Collects what a job tells. */
export function collector(): Outcome & { readonly report: JobReport } {
  const outcome: Outcome = { finished: [], failed: [] };
  const report: JobReport = {
    finished: (file) => void outcome.finished.push(file),
    failed: (file, error) => void outcome.failed.push({ file, error }),
    progress: () => undefined,
  };
  return { ...outcome, report };
}

/** The jobs of one agent over one folder. */
function jobsOf({ jobs }: Agent, folder: string) {
  const write = async (name: string, content: string | Uint8Array) => {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return file;
  };
  const run = async (job: typeof sealFiles, sources: readonly string[]): Promise<Outcome> => {
    const { report, ...outcome } = collector();
    await job(jobs, { sources }, report);
    return outcome;
  };
  return {
    write,
    names: async () => (await readdir(folder)).sort(),
    seal: (...sources: string[]) => run(sealFiles, sources),
    open: (...sources: string[]) => run(openFiles, sources),
    upload: (...sources: string[]) => run(uploadFiles, sources),
    async sealed(name: string, content: string | Uint8Array) {
      const source = await write(name, content);
      const { finished, failed } = await run(sealFiles, [source]);
      const enc = finished[0]?.out;
      if (enc === undefined) throw failed[0]?.error;
      return { enc, key: enc.replace(/\.enc$/, '.key') };
    },
  };
}

/** Every file below a folder, its bytes in one. */
export async function bytesBelow(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(
    await Promise.all(files.map(({ parentPath, name }) => readFile(path.join(parentPath, name)))),
  );
}
