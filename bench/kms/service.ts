import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import path from 'node:path';
import { resourceNamesSha256 } from '../../core/crypto/hash.ts';
import { generateSigningKey } from '../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../core/crypto/key-set.ts';
import { randomId } from '../../core/crypto/random.ts';
import { signToken, subjectOf } from '../../core/crypto/tokens.ts';
import { confirmReply, registerReply } from '../../shared/api/kms/identity.ts';
import { formatResourceName } from '../../shared/names/resource-name.ts';
import { PASSWORD, STEP_SECONDS, testConfig, totpCode } from '../../test/kms/start-test-kms.ts';
import { post } from './load.ts';
import type { KmsAnswer, KmsOrder, Watched } from './orders.ts';

const program = (name: string) => path.join(import.meta.dirname, '..', 'programs', name);
const AUTHZ_TYP = 'sealkeep-authz+jwt';

/** A KMS in a process of its own, whose cloud is this bench. */
export async function startService(folder: string) {
  const child = fork(program('kms-server.ts'), [folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const cloud = await generateSigningKey('EdDSA');
  const { url, cloudUrl } = testConfig(folder);
  async function tell(order: KmsOrder): Promise<KmsAnswer> {
    child.send(order);
    const [answer] = (await once(child, 'message')) as [KmsAnswer];
    return answer;
  }
  const { address } = await tell({
    kind: 'start',
    cloudKeys: publishKeySet([{ typ: AUTHZ_TYP, key: cloud }]),
  });
  const agent = new Agent({ keepAlive: true });
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);

  async function register(user: string) {
    const registered = await post(
      agent,
      `${address}/register`,
      JSON.stringify({ user, password: PASSWORD }),
      201,
    );
    const { otp_uri: otpUri, enrolment_ticket } = registerReply.parse(JSON.parse(registered).data);
    const body = { user, enrolment_ticket, code: totpCode(otpUri, now(), -1) };
    const confirmed = await post(agent, `${address}/register/confirm`, JSON.stringify(body));
    const reply = confirmReply.parse(JSON.parse(confirmed).data);
    if (!('access_token' in reply)) throw new Error('nobody was let in');
    return { user, otpUri, authentication: reply.access_token, id: subjectOf(reply.access_token) ?? '' };
  }
  type Person = Awaited<ReturnType<typeof register>>;

  const authorize = (person: Person, claims: object) =>
    signToken(
      cloud,
      {
        typ: AUTHZ_TYP,
        issuer: cloudUrl,
        audience: 'cse-authorization',
        claims: { sub: person.id, email: person.user, role: 'writer', kacls_url: url, ...claims },
        lifetime: 300,
      },
      now(),
    );

  return {
    address,
    watch: () => tell({ kind: 'watch' }),
    watched: (): Promise<Watched> => tell({ kind: 'watched' }),
    register,
    newResource: ({ id }: Person) => formatResourceName({ owner: id, id: randomId() }),
    authorizeOne: (person: Person, resource_name: string) => authorize(person, { resource_name }),
    authorizeMany: (person: Person, names: readonly string[]) =>
      authorize(person, { resource_names_sha256: resourceNamesSha256(names) }),
    /** A login of somebody who has not used the present code yet. */
    loginBody: ({ user, otpUri }: Person) =>
      JSON.stringify({ user, password: PASSWORD, code: totpCode(otpUri, now()) }),
    /** Lets every authenticator show another code. */
    async nextCodes() {
      ahead += STEP_SECONDS * 1000;
      await tell({ kind: 'advance', ms: STEP_SECONDS * 1000 });
    },
    async stop() {
      agent.destroy();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

export type Service = Awaited<ReturnType<typeof startService>>;

/** A bare Express app that answers what it was sent. */
export async function startEcho() {
  const child = fork(program('echo-server.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ address }] = (await once(child, 'message')) as [{ address: string }];
  return {
    url: `${address}/echo`,
    async watch() {
      child.send('watch');
    },
    async watched() {
      child.send('watched');
      const [answer] = (await once(child, 'message')) as [Watched];
      return answer;
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

export type Echo = Awaited<ReturnType<typeof startEcho>>;
