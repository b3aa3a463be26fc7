import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { generateSigningKey } from '../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../core/crypto/key-set.ts';
import { randomId } from '../../core/crypto/random.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { createSigner, mint } from '../../server/kms/kacls/testing/mint.ts';
import { openSigningKeys } from '../../server/kms/signing/signing-keys.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import { parseAddressList } from '../../server/platform/config/addresses.ts';
import { fixedKeySource } from '../../server/platform/issuers/key-source.ts';
import { createLogger } from '../../server/platform/logging.ts';
import { formatResourceName } from '../../shared/names/resource-name.ts';
import { type Member, registerFrom } from './people.ts';
import { startTestKms, type TestAnswer, totpCode, wrongTotpCode } from './start-test-kms.ts';

const AUTHZ_TYP = 'sealkeep-authz+jwt';
const IDP = 'https://idp.example';
const DRIVE = 'https://drive.example';
const DEK = Buffer.alloc(32, 9).toString('base64');

/** Everybody who may call. Those of the first line have no token that says who they are. */
export const INTRUDERS = [
  ...['nobody', 'pending', 'disabled', 'expired token', 'cloud token', 'token of another audience'],
  ...['foreign issuer', 'foreign realm'],
] as const;
export const PERSONS = ['member', 'other member', 'reader', 'writer', 'owner', 'administrator'] as const;
/** The owner, who shows all that is right, but stands in the wrong place. */
const STRAYS = ['wrong address', 'foreign origin'] as const;
export const CALLERS = [...INTRUDERS, ...STRAYS, ...PERSONS] as const;
export type Caller = (typeof CALLERS)[number];

/** What a row's path and body are made of. */
export interface CallerWorld {
  /** The authentication token that the caller shows. */
  readonly token: string;
  /** What the cloud says of the caller and the owner's resource: yes, whoever it is. */
  authorization(role: string, claims?: object): Promise<string>;
  /** The caller's name, or somebody's. */
  readonly user: string;
  readonly owner: Member;
  /** Ids of the owner's KEK and of people whose state is as it says. */
  readonly keyId: string;
  readonly memberId: string;
  readonly disabledId: string;
  readonly resource: string;
  readonly wrapped: string;
  readonly key: string;
  /** Of the owner, made for this call. */
  newLogin(): Promise<string>;
  newGrant(): Promise<string>;
  newInvitation(): Promise<string>;
  /** A code that the caller's authenticator shows, and one that it does not. */
  readonly code: string;
  readonly wrongCode: string;
}

/** One KMS, with one caller of every kind. */
export async function startCallerWorld() {
  const cloudKey = await generateSigningKey('EdDSA');
  const [idp, drive, other] = [await createSigner(), await createSigner(), await createSigner()];
  const domains = ['x.org'];
  const issuersFile = path.join(tmpdir(), `sealkeep-issuers-${randomId()}.json`);
  const audience = 'kacls';
  await writeFile(
    issuersFile,
    JSON.stringify({
      authentication: [
        { issuer: IDP, audience, jwks: idp.jwks, domains, realm: 'example' },
        { issuer: 'https://idp.other', audience, jwks: other.jwks, domains: ['y.org'], realm: 'other' },
      ],
      authorization: [
        {
          ...{ issuer: DRIVE, audience: 'cse-authorization', jwks: drive.jwks, realm: 'example' },
          operations: ['wrap', 'unwrap', 'delegate'],
        },
      ],
    }),
  );
  const addresses = parseAddressList(['127.0.0.1']);
  if (!addresses) throw new Error('no addresses');
  const rootKey = Secret.random(32);
  const kms = await startTestKms({
    rootKey,
    registration: 'approval',
    cloudKeys: fixedKeySource(publishKeySet([{ typ: AUTHZ_TYP, key: cloudKey }])),
    // Callers say where they are, and only this machine is let in.
    config: { addresses, trustedProxies: ['127.0.0.1'], issuersFile },
  });
  const database = openSqlite<KmsSchema>(kms.config.databaseFile);
  // Made in the background; whoever comes next takes it from the database.
  await kms.call('GET', '/certs');
  const logger = createLogger('none', 'silent', { write: () => undefined });
  const keys = await openSigningKeys({ database, atRest: createAtRest(rootKey), now: kms.now, logger });

  const people = new Map<string, Member>();
  async function join(user: string, invitation?: string): Promise<void> {
    const registered = await registerFrom(kms, user, invitation, false);
    const otpUri = String(registered.data['otp_uri']);
    const { enrolment_ticket } = registered.data;
    const code = totpCode(otpUri, kms.now(), -1);
    const { data } = await kms.post('/register/confirm', { user, enrolment_ticket, code });
    const { id } = await database
      .selectFrom('users')
      .select('id')
      .where('name', '=', user)
      .executeTakeFirstOrThrow();
    const bearer = String(data['access_token'] ?? '');
    const cloudToken = String(data['cloud_token'] ?? '');
    people.set(user, { user, id, otpUri, bearer, refreshToken: cloudToken, recoveryCodes: [] });
  }
  const of = (user: string) => {
    const member = people.get(user);
    if (!member) throw new Error(`nobody is called ${user}`);
    return member;
  };

  await join('administrator', kms.setupCode());
  const administrator = of('administrator');
  const invite = async () =>
    (await kms.post('/invitations', {}, administrator.bearer)).data as { id: string; invitation: string };
  for (const user of ['owner', 'member', 'other', 'reader', 'writer', 'disabled']) {
    await join(user, (await invite()).invitation);
  }
  await join('pending');
  const [owner, disabled, pending] = [of('owner'), of('disabled'), of('pending')];
  await kms.post(`/users/${disabled.id}/disable`, {}, administrator.bearer);

  /** A token of ours, as the KMS itself would sign it, but for what is said otherwise. */
  async function own(member: Member, claims: object = {}): Promise<string> {
    const { id: lid } = await database
      .insertInto('logins')
      .values({ id: randomId(), user_id: member.id, created_at: 0, last_used_at: 0, ended_at: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    const iat = Math.floor(kms.now().getTime() / 1000);
    const who = { iss: kms.config.url, aud: kms.config.url, sub: member.id, email: member.user, lid };
    return mint(keys.authentication, { typ: 'sealkeep-kms+jwt' }, { ...who, iat, exp: iat + 600, ...claims });
  }
  const foreign = (signer: typeof idp, iss: string, email: string) => {
    const iat = Math.floor(kms.now().getTime() / 1000);
    return mint(signer.key, {}, { iss, aud: audience, email, iat, exp: iat + 600 });
  };
  const past = Math.floor(kms.now().getTime() / 1000) - 3600;
  // Whoever is disabled or waits has no login; they get a token that only their state can refuse.
  const tokens: Record<Caller, string> = {
    nobody: '',
    pending: await own(pending),
    disabled: await own(disabled),
    'expired token': await own(owner, { iat: past, exp: past + 600 }),
    'cloud token': owner.refreshToken,
    'token of another audience': await own(owner, { aud: 'https://other.test' }),
    'foreign issuer': await foreign(idp, IDP, 'ann@x.org'),
    'foreign realm': await foreign(other, 'https://idp.other', 'ann@y.org'),
    member: await own(of('member')),
    'other member': await own(of('other')),
    reader: await own(of('reader')),
    writer: await own(of('writer')),
    owner: await own(owner),
    administrator: await own(administrator),
    'wrong address': await own(owner),
    'foreign origin': await own(owner),
  };
  const users: Partial<Record<Caller, Member>> = {
    ...{ pending, disabled, owner, administrator },
    ...{ member: of('member'), 'other member': of('other'), reader: of('reader'), writer: of('writer') },
  };

  async function authorizationOf(caller: Caller, role: string, claims: object): Promise<string> {
    const iat = Math.floor(kms.now().getTime() / 1000);
    const common = { aud: 'cse-authorization', role, kacls_url: kms.config.url, iat, exp: iat + 300 };
    if (caller === 'foreign realm')
      return mint(
        drive.key,
        {},
        { ...common, iss: DRIVE, email: 'ann@y.org', resource_name: 'doc', ...claims },
      );
    const member = users[caller] ?? owner;
    const who = caller === 'foreign issuer' ? { email: 'ann@x.org' } : { sub: member.id, email: member.user };
    const about = { ...common, ...who, iss: kms.config.cloudUrl, resource_name: resource, ...claims };
    return mint(cloudKey, { typ: AUTHZ_TYP }, about);
  }

  const resource = formatResourceName({ owner: owner.id, id: randomId() });
  const wrap = await kms.post('/wrap', {
    ...{ authentication: tokens.owner, key: DEK, reason: '' },
    authorization: await authorizationOf('owner', 'writer', {}),
  });
  const grant = (body: object) => kms.post('/grants', { resource_name: resource, ...body }, tokens.owner);
  await grant({ with: 'reader', role: 'reader' });
  await grant({ with: 'writer', role: 'writer' });
  const { id: keyId } = await database
    .selectFrom('keks')
    .select('id')
    .where('owner_id', '=', owner.id)
    .executeTakeFirstOrThrow();

  const worldOf = (caller: Caller): CallerWorld => ({
    ...{ token: tokens[caller], user: users[caller]?.user ?? 'owner', owner, keyId, resource, key: DEK },
    code: totpCode((users[caller] ?? owner).otpUri, kms.now()),
    wrongCode: wrongTotpCode((users[caller] ?? owner).otpUri, kms.now()),
    ...{ memberId: of('member').id, disabledId: disabled.id, wrapped: String(wrap.data['wrapped_key']) },
    authorization: (role, claims = {}) => authorizationOf(caller, role, claims),
    async newLogin() {
      const { id } = await database
        .insertInto('logins')
        .values({ id: randomId(), user_id: owner.id, created_at: 0, last_used_at: 0, ended_at: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },
    async newGrant() {
      const resource_name = formatResourceName({ owner: owner.id, id: randomId() });
      return String((await grant({ resource_name, with: 'other', role: 'reader' })).data['id']);
    },
    newInvitation: async () => (await invite()).id,
  });

  return {
    kms,
    worldOf,
    /** Calls as somebody. What codes were used or wrong before does not count. */
    async call(caller: Caller, method: string, where: string, body: unknown): Promise<TestAnswer> {
      await database.deleteFrom('login_failures').execute();
      await database.updateTable('users').set({ totp_last_step: 0 }).execute();
      const token = tokens[caller];
      return kms.call(method, where, {
        body,
        bearer: token === '' ? undefined : token,
        headers: {
          // Names no session: what asks for one finds none.
          'x-client-token': 'x'.repeat(43),
          ...(caller === 'wrong address' ? { 'x-forwarded-for': '198.51.100.7' } : {}),
          ...(caller === 'foreign origin' ? { origin: 'https://evil.example' } : {}),
        },
      });
    },
    async close() {
      await keys.close();
      await database.destroy();
      await kms.close();
      await rm(issuersFile);
    },
  };
}
