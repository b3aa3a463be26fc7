import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { generateSigningKey } from '../../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../../core/crypto/key-set.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { signToken } from '../../../core/crypto/tokens.ts';
import { LOOPBACK_RANGES, parseAddressList } from '../../platform/config/addresses.ts';
import { listen } from '../../platform/http/listen.ts';
import { fixedKeySource } from '../../platform/issuers/key-source.ts';
import { createLogger } from '../../platform/logging.ts';
import type { Caller } from '../caller.ts';
import type { CloudConfig } from '../config.ts';
import { createCloud } from '../create-cloud.ts';

export const KMS_URL = 'https://kms.test';
export const CLOUD_URL = 'https://cloud.test';

const identityKey = await generateSigningKey('EdDSA');
const accessKey = await generateSigningKey('EdDSA');
const serviceKey = await generateSigningKey('EdDSA');
const kmsKeys = fixedKeySource(
  publishKeySet([
    { typ: 'sealkeep-cloud+jwt', key: identityKey },
    { typ: 'sealkeep-kms+jwt', key: accessKey },
    { typ: 'sealkeep-service+jwt', key: serviceKey },
  ]),
);

export interface TokenChoice {
  readonly typ?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly at?: Date;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A cloud token as the KMS makes it, but for what is chosen otherwise. */
export function cloudToken(person: Caller, choice: TokenChoice = {}): Promise<string> {
  const { typ = 'sealkeep-cloud+jwt', audience = CLOUD_URL, issuer = KMS_URL } = choice;
  const claims = choice.claims ?? { sub: person.id, email: person.name };
  const key = typ === 'sealkeep-kms+jwt' ? accessKey : identityKey;
  return signToken(key, { typ, issuer, audience, claims, lifetime: 600 }, choice.at ?? new Date());
}

/** A service token as the KMS makes it for itself, but for what is chosen otherwise. */
export function serviceToken(choice: Omit<TokenChoice, 'typ'> = {}): Promise<string> {
  const { audience = CLOUD_URL, issuer = KMS_URL, claims = {} } = choice;
  const token = { typ: 'sealkeep-service+jwt', issuer, audience, claims, lifetime: 60 };
  return signToken(serviceKey, token, choice.at ?? new Date());
}

/** A person with a readable id. */
export function person(name: string): Caller {
  return { name, id: name.padEnd(22, '_') };
}

export const alice = person('alice');
export const bob = person('bob');
export const carol = person('carol');
export const mallory = person('mallory');

export interface CallOptions {
  readonly as?: Caller;
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: FormData | Uint8Array<ArrayBuffer> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestCloud {
  readonly port: number;
  readonly url: string;
  readonly dataFolder: string;
  readonly blobsFolder: string;
  readonly logged: () => string;
  /** What lies in the blobs folder. */
  blobs(): string[];
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  stop(): Promise<void>;
}

export interface TestCloudOptions {
  readonly dataFolder?: string;
  readonly config?: Partial<CloudConfig>;
  readonly now?: () => Date;
  readonly rootKey?: Secret;
}

const sharedRootKey = Secret.random(32);

/** A cloud that really listens, over a real database and folder of its own. */
export async function startTestCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const dataFolder = options.dataFolder ?? mkdtempSync(path.join(tmpdir(), 'sealkeep-cloud-'));
  const blobsFolder = path.join(dataFolder, 'blobs');
  const addresses = parseAddressList(LOOPBACK_RANGES.split(','));
  if (!addresses) throw new TypeError('loopback is no address list');
  const log = new PassThrough();
  const lines: string[] = [];
  log.on('data', (line: Buffer) => lines.push(line.toString('utf8')));
  const config: CloudConfig = {
    url: CLOUD_URL,
    host: '127.0.0.1',
    port: 0,
    addresses,
    trustedProxies: [],
    databaseFile: path.join(dataFolder, 'cloud.sqlite'),
    blobsFolder,
    kmsUrl: KMS_URL,
    callsPerMinute: 0,
    ...options.config,
  };
  const now = options.now ?? (() => new Date());
  const rootKey = options.rootKey ?? sharedRootKey;
  const logger = createLogger('cloud', 'debug', log);
  const cloud = await createCloud({ config, rootKey, kmsKeys, now, logger, version: '0.0.0-test' });
  const listening = await listen(cloud.app, { host: '127.0.0.1', port: 0, settings: 'CLOUD' });
  const url = `http://127.0.0.1:${listening.port}`;
  return {
    port: listening.port,
    url,
    dataFolder,
    blobsFolder,
    logged: () => lines.join(''),
    blobs: () => readdirSync(blobsFolder),
    async call(method, target, { as, token, json, body, headers } = {}) {
      const bearer = token ?? (as && (await cloudToken(as, { at: now() })));
      return fetch(`${url}${target}`, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
      });
    },
    async stop() {
      await listening.close();
      await cloud.close();
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
