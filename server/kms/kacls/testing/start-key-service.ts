import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAtRest } from '../../../../core/crypto/at-rest.ts';
import { generateSigningKey, type SigningKey } from '../../../../core/crypto/key-pairs.ts';
import { randomId } from '../../../../core/crypto/random.ts';
import { Secret } from '../../../../core/crypto/secret.ts';
import { createGroupCommit } from '../../../../core/durable/group-commit.ts';
import { migrate } from '../../../../core/durable/migrate.ts';
import { openSqlite } from '../../../../core/durable/sqlite.ts';
import { formatResourceName } from '../../../../shared/names/resource-name.ts';
import { LOOPBACK_RANGES, parseAddressList } from '../../../platform/config/addresses.ts';
import { createCallLimits } from '../../../platform/http/call-limits.ts';
import { createHttpApp } from '../../../platform/http/create-http-app.ts';
import { listen } from '../../../platform/http/listen.ts';
import { fixedKeySource } from '../../../platform/issuers/key-source.ts';
import { createLogger } from '../../../platform/logging.ts';
import { createAuditLog } from '../../audit/audit-log.ts';
import { DEFAULT_SESSION, type KmsConfig } from '../../config.ts';
import { createBearerGuard } from '../../identity/bearer.ts';
import { createFindPerson } from '../../identity/find-person.ts';
import type { Person } from '../../identity/person.ts';
import { createKek } from '../../keyring/create-kek.ts';
import { OWN_REALM } from '../../keyring/own-realm.ts';
import { KMS_MIGRATIONS } from '../../store/migrations.ts';
import type { KmsSchema } from '../../store/schema.ts';
import { createKeyService } from '../create-key-service.ts';
import type { PerimeterRule } from '../kacls-parts.ts';
import { createSigner, mint, type Signer } from './mint.ts';

export const KMS_URL = 'https://kms.test/v1';
export const FORMER_URL = 'https://kms.former.test';
const CLOUD_URL = 'https://cloud.test';

type Claims = Readonly<Record<string, unknown>>;

/** What outlives a restart. */
export interface Installation {
  readonly folder: string;
  readonly rootKey: Buffer;
  readonly identity: Signer;
  readonly cloud: Signer;
  readonly delegated: SigningKey;
}

export interface StartOptions {
  readonly installation?: Installation;
  /** What `KMS_ISSUERS` holds. */
  readonly issuers?: unknown;
  readonly isWithinPerimeter?: PerimeterRule;
  readonly privileged?: readonly string[];
  readonly peers?: readonly string[];
  readonly peerTimeoutMs?: number;
}

async function createInstallation(): Promise<Installation> {
  return {
    folder: await mkdtemp(path.join(tmpdir(), 'sealkeep-keys-')),
    rootKey: Secret.random(32).use((bytes) => Buffer.from(bytes)),
    identity: await createSigner('sealkeep-kms+jwt'),
    cloud: await createSigner('sealkeep-authz+jwt'),
    delegated: await generateSigningKey('EdDSA'),
  };
}

/** The key service as `create-kms.ts` composes it: real SQLite file, real HTTP, people put straight into their tables. */
export async function startKeyService(options: StartOptions = {}) {
  const installation = options.installation ?? (await createInstallation());
  const { folder, identity, cloud } = installation;
  const clock = { now: new Date('2026-11-22T12:00:00Z') };
  const now = () => clock.now;
  const issuersFile = path.join(folder, 'issuers.json');
  if (options.issuers !== undefined) await writeFile(issuersFile, JSON.stringify(options.issuers));
  const addresses = parseAddressList(LOOPBACK_RANGES.split(','));
  if (!addresses) throw new Error('no addresses');
  const config: KmsConfig = {
    url: KMS_URL,
    formerUrls: [FORMER_URL],
    host: '127.0.0.1',
    port: 0,
    addresses,
    trustedProxies: [],
    tls: undefined,
    registration: 'open',
    session: DEFAULT_SESSION,
    databaseFile: path.join(folder, 'kms.sqlite'),
    reserveBytes: 0,
    cloudUrl: CLOUD_URL,
    issuersFile: options.issuers === undefined ? undefined : issuersFile,
    privileged: options.privileged ?? [],
    peers: options.peers ?? [],
    callsPerMinute: 0,
    launchSecret: undefined,
    graceDays: 7,
    rotationDays: 0,
  };
  const database = openSqlite<KmsSchema>(config.databaseFile);
  await migrate(database, KMS_MIGRATIONS);
  const limits = createCallLimits(config.callsPerMinute);
  const atRest = createAtRest(Secret.take(Buffer.from(installation.rootKey)));
  const logLines: string[] = [];
  const logger = createLogger('kms', 'debug', { write: (line: string) => void logLines.push(line) });
  const issuer = {
    issuer: KMS_URL,
    audience: KMS_URL,
    typ: 'sealkeep-kms+jwt',
    keys: fixedKeySource(identity.jwks),
  };
  const authentication = { issuer, findPerson: createFindPerson({ database, limits }) };
  // Made at need: RSA takes its time, and few tests ask a peer.
  let certs: Promise<SigningKey> | undefined;
  const audit = createAuditLog(database, now);
  const service = await createKeyService({
    config,
    database,
    commits: createGroupCommit(database),
    atRest,
    audit,
    limits,
    now,
    logger,
    authentication,
    cloudKeys: fixedKeySource(cloud.jwks),
    signing: {
      delegated: installation.delegated,
      certs: () => (certs ??= generateSigningKey('RS256')),
    },
    version: '0.0.0',
    wakeUpkeep: () => undefined,
    recount: async () => 0,
    ...(options.peerTimeoutMs === undefined ? {} : { peerTimeoutMs: options.peerTimeoutMs }),
    ...(options.isWithinPerimeter ? { isWithinPerimeter: options.isWithinPerimeter } : {}),
    bearer: createBearerGuard(authentication, audit, now),
  });
  const app = createHttpApp({
    ...service,
    limits,
    door: { addresses, hosts: [], originsOf: service.originsOf },
    trustedProxies: [],
    logger,
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0, settings: 'KMS' });
  const url = `http://127.0.0.1:${listening.port}`;

  async function addPerson(name: string): Promise<Person> {
    const person = { id: randomId(), name, loginId: randomId() };
    const at = now().getTime();
    await database.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('users')
        .values({
          id: person.id,
          name,
          state: 'active',
          password_hash: '',
          totp_secret: Buffer.alloc(1),
          totp_last_step: 0,
          created_at: at,
        })
        .execute();
      await transaction
        .insertInto('logins')
        .values({ id: person.loginId, user_id: person.id, created_at: at, last_used_at: at })
        .execute();
      await createKek(transaction, atRest, {
        realm: OWN_REALM,
        ownerId: person.id,
        isFirst: true,
        createdAt: at,
      });
    });
    return person;
  }

  const times = () => {
    const iat = Math.floor(clock.now.getTime() / 1000);
    return { iat, exp: iat + 300 };
  };
  /** An authentication token of our own. */
  const authenticationOf = (person: Person, claims: Claims = {}) =>
    mint(
      identity.key,
      { typ: 'sealkeep-kms+jwt' },
      {
        iss: KMS_URL,
        aud: KMS_URL,
        sub: person.id,
        lid: person.loginId,
        email: person.name,
        ...times(),
        ...claims,
      },
    );
  /** An authorization token of our own cloud, which is free to say what it likes. */
  const authorizationOf = (person: Person, claims: Claims) =>
    mint(
      cloud.key,
      { typ: 'sealkeep-authz+jwt' },
      {
        iss: CLOUD_URL,
        aud: 'cse-authorization',
        sub: person.id,
        email: person.name,
        kacls_url: KMS_URL,
        role: 'writer',
        ...times(),
        ...claims,
      },
    );

  async function call(
    method: string,
    where: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const response = await fetch(`${url}${where}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  async function stop() {
    await listening.close();
    await database.destroy();
  }

  return {
    installation,
    url,
    clock,
    now,
    database,
    atRest,
    config,
    logLines,
    times,
    call,
    addPerson,
    authenticationOf,
    authorizationOf,
    newResource: (owner: Person) => formatResourceName({ owner: owner.id, id: randomId() }),
    /** The code of a refusal, of either shape; undefined of a success. */
    codeOf(reply: { readonly status: number; readonly body: Record<string, unknown> }): string | undefined {
      if (reply.status < 400) return undefined;
      const { error, details } = reply.body as { error?: { code: string }; details?: string };
      return error?.code ?? details?.split(' ')[0];
    },
    advance(milliseconds: number) {
      clock.now = new Date(clock.now.getTime() + milliseconds);
    },
    /** The audit log, with what was counted until now. */
    async audit() {
      await audit.keepCounted();
      return database.selectFrom('audit').selectAll().orderBy('seq').execute();
    },
    stop,
    /** Stops for good: the installation goes too. */
    async close() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

export type TestKeyService = Awaited<ReturnType<typeof startKeyService>>;
