import { generateSigningKey } from '../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../core/crypto/key-set.ts';
import { randomId } from '../../core/crypto/random.ts';
import { signToken, subjectOf } from '../../core/crypto/tokens.ts';
import { fixedKeySource } from '../../server/platform/issuers/key-source.ts';
import { type UserReply, userList } from '../../shared/api/kms/administration.ts';
import { formatResourceName } from '../../shared/names/resource-name.ts';
import {
  enrol,
  PASSWORD,
  STEP_SECONDS,
  startTestKms,
  type TestAnswer,
  type TestKms,
  type TestKmsOptions,
  totpCode,
} from './start-test-kms.ts';

const AUTHZ_TYP = 'sealkeep-authz+jwt';
const DEK = Buffer.alloc(32, 9).toString('base64');

/** Somebody with an authenticator, and the login that they have now. */
export interface Member {
  readonly user: string;
  readonly id: string;
  otpUri: string;
  bearer: string;
  refreshToken: string;
  recoveryCodes: readonly string[];
}

/** A KMS with people, whose cloud says yes to whatever it is asked: what is refused is the KMS's own word. */
export async function startPeople(options: TestKmsOptions = {}) {
  const key = await generateSigningKey('EdDSA');
  const cloudKeys = fixedKeySource(publishKeySet([{ typ: AUTHZ_TYP, key }]));
  const kms = await startTestKms({ cloudKeys, ...options });

  async function join(user: string): Promise<Member> {
    const { confirmed, otpUri } = await enrol(kms, user);
    return memberOf(user, otpUri, confirmed.access_token, confirmed.refresh_token, confirmed.recovery_codes);
  }

  /** Every code is good once: the clock goes on to the next. */
  function code({ otpUri }: Pick<Member, 'otpUri'>): string {
    kms.advance(STEP_SECONDS);
    return totpCode(otpUri, kms.now());
  }

  const logIn = (member: Pick<Member, 'user' | 'otpUri'>, more: object = {}) =>
    kms.post('/login', { user: member.user, password: PASSWORD, code: code(member), ...more });

  /** Logs in and takes the new tokens. */
  async function enter(member: Member): Promise<TestAnswer> {
    const answer = await logIn(member);
    member.bearer = String(answer.data['access_token']);
    member.refreshToken = String(answer.data['refresh_token']);
    return answer;
  }

  async function users(administrator: Member): Promise<Record<string, UserReply>> {
    const { data } = await kms.call('GET', '/users', { bearer: administrator.bearer });
    return Object.fromEntries(userList.parse(data).map((user) => [user.user, user]));
  }

  async function authorizationOf(member: Member, resource_name: string, role: string): Promise<string> {
    const claims = { sub: member.id, email: member.user, role, kacls_url: kms.config.url, resource_name };
    const token = { typ: AUTHZ_TYP, issuer: kms.config.cloudUrl, audience: 'cse-authorization' };
    return signToken(key, { ...token, claims, lifetime: 300 }, kms.now());
  }

  async function wrap(member: Member, resource: string): Promise<TestAnswer> {
    const authorization = await authorizationOf(member, resource, 'writer');
    return kms.post('/wrap', { authentication: member.bearer, authorization, key: DEK, reason: '' });
  }

  async function unwrap(member: Member, resource: string, wrapped_key: string): Promise<TestAnswer> {
    const authorization = await authorizationOf(member, resource, 'reader');
    return kms.post('/unwrap', { authentication: member.bearer, authorization, wrapped_key, reason: '' });
  }

  return {
    kms,
    join,
    code,
    logIn,
    enter,
    users,
    wrap,
    unwrap,
    authorizationOf,
    newResource: ({ id }: Member) => formatResourceName({ owner: id, id: randomId() }),
    /** Seals something as its owner. */
    async sealed(owner: Member) {
      const name = formatResourceName({ owner: owner.id, id: randomId() });
      return { name, wrapped: String((await wrap(owner, name)).data['wrapped_key']) };
    },
    grant: (owner: Member, resource_name: string, to: Member, role = 'reader') =>
      kms.post('/grants', { resource_name, with: to.user, role }, owner.bearer),
  };
}

export type People = Awaited<ReturnType<typeof startPeople>>;

function memberOf(
  user: string,
  otpUri: string,
  bearer: string,
  refreshToken: string,
  recoveryCodes: readonly string[],
): Member {
  return { user, id: subjectOf(bearer) ?? '', otpUri, bearer, refreshToken, recoveryCodes };
}

/** The code of a KACLS refusal. */
export function kaclsCode(answer: TestAnswer): string | undefined {
  return answer.status < 400 ? undefined : String(answer.data['details']).split(' ')[0];
}

/** Registers, from another machine as far as the KMS can tell. */
export function registerFrom(kms: TestKms, user: string, invitation?: string, isElsewhere = true) {
  return kms.call('POST', '/register', {
    body: { user, password: PASSWORD, ...(invitation === undefined ? {} : { invitation }) },
    headers: isElsewhere ? { 'x-forwarded-for': '192.0.2.7' } : {},
  });
}

/** Confirms what was registered, with the code before the present one. */
export function confirmed(kms: TestKms, user: string, registered: TestAnswer) {
  const { otp_uri, enrolment_ticket } = registered.data;
  const code = totpCode(String(otp_uri), kms.now(), -1);
  return kms.post('/register/confirm', { user, enrolment_ticket, code });
}
