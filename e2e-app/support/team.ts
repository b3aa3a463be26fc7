import { z } from 'zod';
import { createAuthenticator } from '../../e2e/support/authenticator.ts';
import { type Servers, startServers } from '../../e2e/support/servers.ts';
import type { Workspace } from '../../e2e/support/workspace.ts';
import { confirmReply, loginList, registerReply, tokenReply } from '../../shared/api/kms/identity.ts';
import { PASSWORD, type Person } from './person.ts';

/** A team's servers, and its people as the KMS knows them. */
export interface Team extends Pick<Servers, 'kms' | 'cloud'> {
  /** A name that begins so, and that nobody has. */
  newName(begin: string): string;
  /** Registers somebody whose name begins so, past the window. */
  newPerson(name: string): Promise<Person>;
  /** Ends all logins that this person has, as another device of theirs may. Takes the last recovery code. */
  endLogins(person: Person): Promise<void>;
}

/** `npx sealkeep serve`, for all tests of a worker: people with names of their own do not disturb each other. */
export async function startTeam(workspace: Workspace): Promise<Team> {
  const { kms, cloud } = await startServers(workspace);
  let names = 0;
  const newName = (begin: string) => {
    names += 1;
    return `${begin}-${names}`;
  };

  async function call(method: string, path: string, headers: Record<string, string>, body?: string) {
    const response = await fetch(kms + path, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text;
  }
  async function post<Schema extends z.ZodType>(path: string, body: unknown, data: Schema) {
    const text = await call('POST', path, { 'content-type': 'application/json' }, JSON.stringify(body));
    return dataOf(text, data);
  }

  return {
    kms,
    cloud,
    newName,
    async newPerson(begin) {
      const account = { user: newName(begin), password: PASSWORD };
      const { user, otp_uri, enrolment_ticket } = await post('/register', account, registerReply);
      const authenticator = createAuthenticator(otp_uri);
      const firstCode = await authenticator.code();
      const confirmation = { user, enrolment_ticket, code: firstCode };
      const { recovery_codes } = await post('/register/confirm', confirmation, confirmReply);
      return { name: user, authenticator, recoveryCodes: recovery_codes, firstCode };
    },
    async endLogins({ name, recoveryCodes }) {
      const secrets = { user: name, password: PASSWORD, recovery_code: recoveryCodes.at(-1) };
      const { access_token } = await post('/login', secrets, tokenReply);
      const bearer = { authorization: `Bearer ${access_token}` };
      for (const { id, current } of dataOf(await call('GET', '/logins', bearer), loginList))
        if (!current) await call('DELETE', `/logins/${id}`, bearer);
    },
  };
}

function dataOf<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  return schema.parse(z.object({ data: z.unknown() }).parse(JSON.parse(text)).data);
}
