import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateSync } from 'otplib';
import type { z } from 'zod';
import type { OaepKeyPair } from '../../core/crypto/rsa-oaep.ts';
import { Secret } from '../../core/crypto/secret.ts';
import type { FreeBytes } from '../../core/durable/free-bytes.ts';
import type { OnStoreLost, SystemSync } from '../../core/durable/wal-sync.ts';
import type { Schedule } from '../../core/schedule.ts';
import { DEFAULT_SESSION, type KmsConfig, type SessionSettings } from '../../server/kms/config.ts';
import { createKms } from '../../server/kms/create-kms.ts';
import type { Upkeep } from '../../server/kms/upkeep/create-upkeep.ts';
import { parseAddressList } from '../../server/platform/config/addresses.ts';
import { type Listening, listen } from '../../server/platform/http/listen.ts';
import { fixedKeySource, type KeySource } from '../../server/platform/issuers/key-source.ts';
import { createLogger } from '../../server/platform/logging.ts';
import { recoveryCodesReply, registerReply, tokenReply } from '../../shared/api/kms/identity.ts';
import { type LiveEndpoint, mountedIn } from '../support/mounted-in.ts';
import { testIdentityPair } from './identity-pair.ts';

export const PASSWORD = 'correct horse battery';
export const STEP_SECONDS = 30;
/** What argon2 allows at least: the tests are about everything else. */
export const CHEAP = { memory: 8, passes: 1 };

interface TestCall {
  readonly body?: unknown;
  readonly bearer?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestAnswer {
  readonly status: number;
  readonly text: string;
  /** What stands in `data`, or the whole where nothing does. */
  readonly data: Record<string, unknown>;
  /** The error's code, where it is one. */
  readonly code: string | undefined;
}

/** A real KMS on a free port, over a real file in a folder of its own, with a clock that only the test moves. */
export interface TestKms {
  readonly config: KmsConfig;
  /** Where it listens now; `config.url` is only what it is called. */
  readonly address: () => string;
  readonly now: () => Date;
  /** Whatever it mounts. */
  readonly endpoints: readonly LiveEndpoint[];
  advance(seconds: number): void;
  post(path: string, body: unknown, bearer?: string): Promise<TestAnswer>;
  call(method: string, path: string, call?: TestCall): Promise<TestAnswer>;
  /** Stops it and starts another over the same folder, with a new identity key where that is asked for. */
  restart(how?: { readonly isIdentityRenewed: boolean }): Promise<void>;
  /** Starts another over the files as they are now, as if this one had been killed. */
  crash(): Promise<void>;
  /** Does all at once that it does of itself. */
  runUpkeep(): Promise<void>;
  /** What its last start said; none does once somebody is registered. */
  setupCode(): string | undefined;
  /** All that it logged. */
  log(): string;
  /** The bytes of every file in its folder. */
  files(): Promise<Buffer>;
  close(): Promise<void>;
}

export interface TestKmsOptions {
  readonly url?: string;
  readonly registration?: KmsConfig['registration'];
  readonly cloudKeys?: KeySource;
  readonly rootKey?: Secret;
  /** Whatever else of it is to be otherwise. */
  readonly config?: Partial<KmsConfig>;
  readonly session?: Partial<SessionSettings>;
  readonly schedule?: Schedule;
  readonly makeIdentityPair?: () => Promise<OaepKeyPair>;
  readonly freeBytes?: FreeBytes;
  readonly systemSync?: SystemSync;
  readonly onStoreLost?: OnStoreLost;
  /** Where its folder is to be made; the system's place for temporary files where it is not given. */
  readonly parent?: string;
}

/** For a KMS whose cloud is never asked anything. */
export const NO_CLOUD = { address: () => '', url: 'https://cloud.test', headers: {} };

export async function startTestKms(options: TestKmsOptions = {}): Promise<TestKms> {
  const folder = await mkdtemp(path.join(options.parent ?? tmpdir(), 'sealkeep-kms-'));
  const config = testConfig(folder, options);
  const rootKey = options.rootKey ?? Secret.random(32);
  const lines: string[] = [];
  const logger = createLogger('kms', 'debug', { write: (line) => lines.push(line) });
  let time = new Date('2026-11-22T10:00:10Z');
  let endpoints: readonly LiveEndpoint[] = [];
  const now = () => time;

  let setupCode: string | undefined;
  let upkeep: Upkeep | undefined;
  async function start(isRenewed = false): Promise<Listening> {
    const cloudKeys = options.cloudKeys ?? fixedKeySource({ keys: [] });
    const kms = await createKms({
      config,
      rootKey,
      cloudKeys,
      cloud: NO_CLOUD,
      now,
      logger,
      version: '0.0.0',
      passwordCost: CHEAP,
      makeIdentityPair: options.makeIdentityPair ?? testIdentityPair,
      isIdentityRenewed: isRenewed,
      ...(options.schedule ? { schedule: options.schedule } : {}),
      ...(options.freeBytes ? { freeBytes: options.freeBytes } : {}),
      ...(options.systemSync ? { systemSync: options.systemSync } : {}),
      ...(options.onStoreLost ? { onStoreLost: options.onStoreLost } : {}),
    });
    ({ setupCode, upkeep } = kms);
    endpoints = mountedIn(kms.app);
    const listening = await listen(kms.app, { host: config.host, port: 0, settings: 'KMS' });
    return {
      port: listening.port,
      async close() {
        await listening.close();
        await kms.close();
      },
    };
  }

  let running = await start();
  const address = () => `http://${config.host}:${running.port}`;
  const call: TestKms['call'] = async (method, where, { body, bearer, headers = {} } = {}) => {
    const response = await fetch(`${address()}${where}`, {
      method,
      headers: {
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answerOf(response, await response.text());
  };
  return {
    config,
    address,
    now,
    endpoints,
    advance(seconds) {
      time = new Date(time.getTime() + seconds * 1000);
    },
    call,
    post: (where, body, bearer) => call('POST', where, { body, bearer }),
    async restart(how) {
      await running.close();
      running = await start(how?.isIdentityRenewed);
    },
    async crash() {
      const killed = running;
      const files = await Promise.all(
        (await readdir(folder)).map(async (name) => [name, await readFile(path.join(folder, name))] as const),
      );
      await killed.close();
      for (const [name, bytes] of files) await writeFile(path.join(folder, name), bytes);
      running = await start();
    },
    runUpkeep: async () => upkeep?.run(),
    setupCode: () => setupCode,
    log: () => lines.join(''),
    async files() {
      const names = await readdir(folder);
      return Buffer.concat(await Promise.all(names.map((name) => readFile(path.join(folder, name)))));
    },
    async close() {
      await running.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A KMS's configuration with its database in that folder. */
export function testConfig(folder: string, options: TestKmsOptions = {}): KmsConfig {
  const addresses = parseAddressList(['127.0.0.1']);
  if (!addresses) throw new TypeError('the loopback address is one');
  return {
    url: options.url ?? 'https://kms.sealkeep.invalid',
    formerUrls: [],
    host: '127.0.0.1',
    port: 0,
    addresses,
    trustedProxies: [],
    tls: undefined,
    registration: options.registration ?? 'open',
    session: { ...DEFAULT_SESSION, ...options.session },
    databaseFile: path.join(folder, 'kms.sqlite'),
    reserveBytes: 0,
    cloudUrl: 'https://cloud.sealkeep.invalid',
    issuersFile: undefined,
    graceDays: 7,
    rotationDays: 0,
    privileged: [],
    peers: [],
    callsPerMinute: 0,
    launchSecret: undefined,
    ...options.config,
  };
}

function answerOf({ status, headers }: Response, text: string): TestAnswer {
  if (!headers.get('content-type')?.startsWith('application/json')) {
    return { status, text, data: {}, code: undefined };
  }
  const json = JSON.parse(text) as { data?: Record<string, unknown>; error?: { code: string } };
  return { status, text, data: json.data ?? (json as Record<string, unknown>), code: json.error?.code };
}

/** The secret of an `otpauth:` URI, in base32. */
export function totpSecretOf(otpUri: string): string {
  return new URL(otpUri).searchParams.get('secret') ?? '';
}

/** What an authenticator app shows at that time, some steps earlier or later. */
export function totpCode(otpUri: string, at: Date, step = 0): string {
  const epoch = Math.floor(at.getTime() / 1000) + step * STEP_SECONDS;
  return generateSync({ secret: totpSecretOf(otpUri), epoch });
}

/** A six-digit code that is none of those that are good now. */
export function wrongTotpCode(otpUri: string, at: Date): string {
  const good = [-1, 0, 1].map((step) => totpCode(otpUri, at, step));
  return ['000000', '000001', '000002', '000003'].find((code) => !good.includes(code)) ?? '';
}

const confirmedReply = recoveryCodesReply.extend(tokenReply.shape);

export interface TestPerson {
  readonly user: string;
  readonly otpUri: string;
  readonly ticket: string;
  /** The answer of `/register/confirm`, of who need not be approved. */
  readonly confirmed: z.infer<typeof confirmedReply>;
}

/** Registers and confirms, with the code before the present one: the present one and the next are left to log in. */
export async function enrol(kms: TestKms, user: string, device?: string): Promise<TestPerson> {
  const registered = registerReply.parse((await kms.post('/register', { user, password: PASSWORD })).data);
  const { otp_uri: otpUri, enrolment_ticket: ticket } = registered;
  const answer = await kms.post('/register/confirm', {
    user,
    enrolment_ticket: ticket,
    code: totpCode(otpUri, kms.now(), -1),
    ...(device === undefined ? {} : { device }),
  });
  return { user: registered.user, otpUri, ticket, confirmed: confirmedReply.parse(answer.data) };
}
