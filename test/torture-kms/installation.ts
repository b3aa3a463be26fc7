import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Agent, connectAgent } from '../../agent/agent.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { type RunningKms, startCloud, startKms } from '../../server/main.ts';
import { createLogger } from '../../server/platform/logging.ts';
import type { SealkeepError } from '../../shared/errors/error.ts';
import { testIdentityPair } from '../kms/identity-pair.ts';
import { CHEAP, PASSWORD, STEP_SECONDS, testConfig, totpCode } from '../kms/start-test-kms.ts';
import { WORKER_URL } from '../support/engine.ts';

/** What outlives a kill: a folder with both databases, and what opens them. */
export interface Installation {
  readonly folder: string;
  /** Holds the KMS's root key. */
  readonly rootKeyFile: string;
  /** base64 */
  readonly cloudRootKey: string;
  readonly otpUri: string;
}

export const USER = 'ann';

/** A clock that stands still until it is moved: what a KMS does by time is done when the torture wants it. */
export interface Clock {
  readonly now: () => Date;
  advance(seconds: number): void;
}

/** @param told is called with the new time before anything uses it. */
export function createClock(startMs: number, told: (ms: number) => void = () => undefined): Clock {
  let ms = startMs;
  return {
    now: () => new Date(ms),
    advance(seconds) {
      told(ms + seconds * 1000);
      ms += seconds * 1000;
    },
  };
}

/** KMS and cloud of an installation, in this process, and an agent that is not logged in yet. */
export interface Started {
  readonly kms: RunningKms;
  readonly agent: Agent;
  stop(): Promise<void>;
}

export async function startInstallation(
  { folder, rootKeyFile, cloudRootKey }: Omit<Installation, 'otpUri'>,
  { now }: Clock,
): Promise<Started> {
  const logger = createLogger('torture', 'error', process.stderr);
  const reached = { kms: '', cloud: '' };
  const config = testConfig(folder);
  const rootKeyOf = (text: string) => Secret.take(Buffer.from(text, 'base64'));
  const onStoreLost = (error: SealkeepError) => {
    throw error;
  };
  const kms = await startKms({
    config,
    rootKey: rootKeyOf(await readFile(rootKeyFile, 'utf8')),
    cloudAddress: () => reached.cloud,
    now,
    onStoreLost,
    logger,
    passwordCost: CHEAP,
    makeIdentityPair: testIdentityPair,
  });
  const { host, port, addresses, trustedProxies } = config;
  const cloud = await startCloud({
    config: {
      ...{ host, port, addresses, trustedProxies },
      url: config.cloudUrl,
      kmsUrl: config.url,
      databaseFile: path.join(folder, 'cloud', 'cloud.sqlite'),
      blobsFolder: path.join(folder, 'cloud', 'blobs'),
      callsPerMinute: 0,
    },
    rootKey: rootKeyOf(cloudRootKey),
    kmsAddress: () => reached.kms,
    now,
    onStoreLost,
    logger,
  });
  Object.assign(reached, { kms: kms.address, cloud: cloud.address });
  const dataFolder = path.join(folder, 'home');
  await mkdir(dataFolder, { recursive: true });
  const agent = await connectAgent({
    dataFolder,
    kind: 'own',
    profileId: 'torture',
    addresses: { kms: kms.address, cloud: cloud.address },
    known: undefined,
    segmentWorkerUrl: WORKER_URL,
    now,
  });
  return {
    kms,
    agent,
    async stop() {
      await agent.close();
      await Promise.all([kms.stop(), cloud.stop()]);
    },
  };
}

/** Each code is good once, and time has passed since the last. */
export async function logIn(
  { agent }: Started,
  { otpUri }: Pick<Installation, 'otpUri'>,
  clock: Clock,
): Promise<void> {
  await agent.login.login(USER, { password: PASSWORD, code: freshCode({ otpUri }, clock) });
}

export function freshCode({ otpUri }: Pick<Installation, 'otpUri'>, clock: Clock): string {
  clock.advance(STEP_SECONDS);
  return totpCode(otpUri, clock.now());
}

/** A call of the keys group as the person who is logged in. @throws Error where it is refused. */
export async function askKeys(
  { agent, kms }: Started,
  method: 'GET' | 'POST',
  where: string,
  body?: object,
): Promise<unknown> {
  const { access_token } = await agent.login.tokens();
  const response = await fetch(kms.address + where, {
    method,
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${where}: ${response.status} ${text}`);
  return (JSON.parse(text) as { data: unknown }).data;
}
