import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { resourceNamesSha256 } from '../../core/crypto/hash.ts';
import { generateSigningKey } from '../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../core/crypto/key-set.ts';
import { signToken } from '../../core/crypto/tokens.ts';

const AUTHORIZATION_TYP = 'sealkeep-authz+jwt';

const newFiles = z.object({ files: z.array(z.object({ id: z.string() })) });
const asked = z.object({ resource_names: z.array(z.string()), role: z.string() });
const registered = z.object({ items: z.array(z.looseObject({ resource_name: z.string() })) });
const caller = z.object({ sub: z.string(), email: z.string() });

export interface HostileCloud {
  /** Whom it made reader's tokens for, and of what. */
  readonly minted: readonly { readonly email: string; readonly names: readonly string[] }[];
  close(): Promise<void>;
}

/**
 * A cloud with keys that the KMS trusts, which says yes to whatever anybody asks: it makes authorization tokens of any
 * role and resource for every caller, and gives everybody's wrapped keys away.
 */
export async function startHostileCloud(port: number, kmsUrl: string): Promise<HostileCloud> {
  const url = `http://127.0.0.1:${port}`;
  const key = await generateSigningKey('EdDSA');
  const keyFiles = new Map<string, unknown>();
  const minted: { email: string; names: string[] }[] = [];

  function mint(who: z.output<typeof caller>, role: string, names: readonly string[]): Promise<string> {
    const bound = { resource_names_sha256: resourceNamesSha256(names) };
    const claims = { ...who, role, kacls_url: kmsUrl, ...bound };
    const token = {
      typ: AUTHORIZATION_TYP,
      issuer: url,
      audience: 'cse-authorization',
      claims,
      lifetime: 300,
    };
    return signToken(key, token, new Date());
  }

  async function answer(request: IncomingMessage): Promise<unknown> {
    const { method, url: path = '' } = request;
    if (path === '/healthz') return { data: { service: 'cloud', api: 1, version: '0.1.0', url } };
    if (path === '/.well-known/jwks.json') return publishKeySet([{ typ: AUTHORIZATION_TYP, key }]);
    const keyId = /^\/resources\/([^/]+)\/key$/.exec(path)?.[1];
    if (method === 'GET' && keyId !== undefined) return { data: keyFiles.get(keyId) };
    const who = callerOf(request);
    const body = await json(request);
    if (path === '/resources') {
      const names = newFiles.parse(body).files.map(({ id }) => `//sealkeep/${who.sub}/${id}`);
      return { data: { resource_names: names, authorization: await mint(who, 'writer', names) } };
    }
    if (path === '/resources/keys') {
      const { items } = registered.parse(body);
      for (const item of items) keyFiles.set(item.resource_name.split('/').at(-1) ?? '', item);
      return { data: { stored: items.length } };
    }
    const { resource_names: names, role } = asked.parse(body);
    minted.push({ email: who.email, names });
    return { data: { authorization: await mint(who, role, names) } };
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (reply) => response.setHeader('content-type', 'application/json').end(JSON.stringify(reply)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    minted,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Who the cloud token speaks for; a hostile cloud does not mind whether it is good. */
function callerOf({ headers }: IncomingMessage): z.output<typeof caller> {
  const claims = headers.authorization?.split('.')[1] ?? '';
  return caller.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
}
