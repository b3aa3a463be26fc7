import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { downloadFile } from '../agent/jobs/download-file.ts';
import { shareFile } from '../agent/jobs/share-file.ts';
import { unshareFile } from '../agent/jobs/unshare-file.ts';
import { PASSWORD, totpCode } from './kms/start-test-kms.ts';
import { liveEndpoints } from './support/live-endpoints.ts';
import type { LiveEndpoint } from './support/mounted-in.ts';
import { startTestWorld, type TestWorld } from './support/test-world.ts';

type Service = 'kms' | 'cloud';
const SERVICES = ['kms', 'cloud'] as const;

/** What no story here runs: they take another key service, a privileged caller, somebody who waits for approval, or a message of a secure session. */
const NOT_RUN = new Set([
  'POST /users/{id}/approve',
  'POST /users/{id}/decline',
  'POST /rewrap',
  'POST /digest',
  'POST /delegate',
  'POST /privilegedwrap',
  'POST /privilegedunwrap',
  'POST /unwrap/export',
  'POST /wrap',
  'POST /unwrap',
  'POST /get-key',
  'POST /session/key-exchange',
  'POST /session/rotate-token',
  'POST /crypto/encrypt',
  'POST /crypto/decrypt',
  'POST /crypto/sign',
  'POST /crypto/verify',
  'POST /keys/disable',
  'POST /keys/enable',
  'POST /keys/retire',
  'POST /keys/schedule-destruction',
  'POST /keys/cancel-destruction',
  'GET /keys/wrapped',
  'POST /keys/rewrapped',
]);

const schema = z.looseObject({});
const content = z.record(z.string(), z.object({ schema }));
const reply = z.object({ description: z.string().min(1), content: content.optional() });
const parameter = z.object({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  schema,
});
const operation = z.object({
  operationId: z.string().regex(/^\w+$/),
  summary: z.string().regex(/^[A-Z].*[^.]$/),
  description: z.string().regex(/\.$/),
  tags: z.array(z.string().min(1)),
  security: z.array(z.record(z.string(), z.array(z.never()))),
  parameters: z.array(parameter),
  requestBody: z.object({ required: z.literal(true), content }).optional(),
  responses: z.record(z.string().regex(/^(?:2\d\d|default)$/), reply),
});
const document = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.object({ url: z.url() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'delete']), operation),
  ),
  components: z.object({
    schemas: z.record(z.string(), schema),
    securitySchemes: z.record(z.string(), schema),
  }),
});
type Document = z.infer<typeof document>;

let world: TestWorld;
let live: Record<Service, LiveEndpoint[]>;
let documents: Record<Service, Document>;
const seen: { service: Service; method: string; path: string; status: number; type: string; body: string }[] =
  [];

beforeAll(async () => {
  world = await startTestWorld();
  live = await liveEndpoints(world);
  for (const service of SERVICES) {
    world.proxies[service].meddle = async ({ method, path }, forward) => {
      const { status, headers, body } = await forward();
      const type = headers['content-type'] ?? '';
      seen.push({ service, method, path, status, type, body: body.toString('utf8') });
      return { status, headers, body };
    };
  }
  const fetched = SERVICES.map(async (service) => [
    service,
    document.parse(await (await ask(service, '/openapi.json')).json()),
  ]);
  documents = Object.fromEntries(await Promise.all(fetched)) as Record<Service, Document>;
  await story();
}, 60_000);
afterAll(() => world.close());

function ask(
  service: Service,
  path: string,
  bearer?: string,
  body?: unknown,
  method = body ? 'POST' : 'GET',
) {
  return fetch(world.proxies[service].address + path, {
    method,
    headers: {
      connection: 'close',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

/** Two people and a file between them, and whatever can be asked beside that. */
async function story(): Promise<void> {
  const [ann, ben] = [await world.person('ann'), await world.person('ben')];
  const { enc } = await ann.sealed('fox.txt', 'The quick brown fox');
  await ann.upload(enc);
  await ann.open(enc);
  await shareFile(ann.agent.jobs, { name: 'fox.txt', with: 'ben', role: 'reader' });
  await downloadFile(ben.agent.jobs, { owner: 'ann', name: 'fox.txt', folder: ben.folder });
  const tokens = await ann.agent.login.tokens();
  const code = () => {
    world.advance(30);
    return totpCode(ann.otpUri, world.now());
  };
  const [key] = z
    .object({ data: z.array(z.object({ keyId: z.string() })) })
    .parse(await (await ask('kms', '/keys', tokens.access_token)).json()).data;
  for (const path of [
    '/status',
    '/certs',
    '/healthz',
    '/readyz',
    '/.well-known/openid-configuration',
    '/session/init',
  ])
    await ask('kms', path);
  for (const path of ['/healthz', '/readyz', '/.well-known/jwks.json', '/no/such/path']) {
    await ask('cloud', path);
    await ask('kms', path);
  }
  for (const path of [
    '/audit',
    '/audit/verify',
    '/grants',
    '/logins',
    `/keys/${key?.keyId}`,
    `/keys/${key?.keyId}/census`,
    '/get-public-key/ann',
  ])
    await ask('kms', path, tokens.access_token);
  const shares = z
    .object({ data: z.array(z.object({ resource_name: z.string() })) })
    .parse(await (await ask('cloud', '/shares', tokens.cloud_token)).json()).data;
  const resource_names = shares.map((share) => share.resource_name);
  const [id = ''] = resource_names.map((name) => name.split('/').at(-1));
  await ask('cloud', `/resources/${id}/key`, tokens.cloud_token);
  await ask('cloud', '/resources/names', tokens.cloud_token, { resource_names });
  await ask('cloud', '/list/ann', tokens.cloud_token);
  await ask('cloud', '/shared-with-me', (await ben.agent.login.tokens()).cloud_token);
  await ask('cloud', '/list/ann');
  await ask('kms', '/keys/generate', tokens.access_token, {});
  await ask('kms', '/keys/rotate', tokens.access_token, key);
  await ask('kms', '/store-key', tokens.access_token, { user: 'ann', enc_key: 'AAAA' });
  await ask('kms', '/wrap', undefined, {});
  await unshareFile(ann.agent.jobs, { name: 'fox.txt', with: 'ben' });
  await ask('kms', '/keys/release', tokens.access_token, { resourceNames: resource_names });
  await ask('kms', '/keys/shred', tokens.access_token, { resourceNames: resource_names, code: code() });
  await ask('cloud', '/files/ann/fox.txt.enc', tokens.cloud_token, undefined, 'DELETE');
  const new_password = `${PASSWORD} and another`;
  await ask('kms', '/password', tokens.access_token, { password: PASSWORD, code: code(), new_password });
  const { refresh_token } = z
    .object({ data: z.object({ refresh_token: z.string() }) })
    .parse(
      await (
        await ask('kms', '/login', undefined, { user: 'ann', password: new_password, code: code() })
      ).json(),
    ).data;
  await ask('kms', '/refresh', undefined, { refresh_token });
  await ask('kms', '/login', undefined, { user: 'ann', password: 'wrong', code: '000000' });
  const [other] = z
    .object({ data: z.array(z.object({ id: z.string(), current: z.boolean() })) })
    .parse(await (await ask('kms', '/logins', tokens.access_token)).json())
    .data.filter((login) => !login.current);
  await ask('kms', `/logins/${other?.id}`, tokens.access_token, undefined, 'DELETE');
  await ben.agent.login.logout();
  await administer(tokens.access_token, code);
}

/** What an administrator may do, told of ben, and what people do to accounts of their own. */
async function administer(bearer: string, code: () => string): Promise<void> {
  const data = async <Data>(schema: z.ZodType<Data>, ...call: Parameters<typeof ask>) =>
    schema.parse(z.object({ data: z.unknown() }).parse(await (await ask(...call)).json()).data);
  const users = await data(z.array(z.object({ id: z.string(), user: z.string() })), 'kms', '/users', bearer);
  const ben = users.find(({ user }) => user === 'ben')?.id;
  for (const change of ['disable', 'enable']) await ask('kms', `/users/${ben}/${change}`, bearer, {});
  await ask('kms', `/users/${ben}/role`, bearer, { role: 'member', code: code() });
  const { id } = await data(z.object({ id: z.string() }), 'kms', '/invitations', bearer, {});
  await ask('kms', '/invitations', bearer);
  await ask('kms', `/invitations/${id}`, bearer, undefined, 'DELETE');

  const reset = `/users/${ben}/reset-authenticator`;
  const { reset_code } = await data(z.object({ reset_code: z.string() }), 'kms', reset, bearer, {
    code: code(),
  });
  const begun = z.object({ otp_uri: z.string(), enrolment_ticket: z.string() });
  const who = { user: 'ben', password: PASSWORD };
  const { otp_uri, enrolment_ticket } = await data(begun, 'kms', '/authenticator/reset', undefined, {
    ...who,
    reset_code,
  });
  const codeOfBen = () => {
    world.advance(30);
    return totpCode(otp_uri, world.now());
  };
  const confirming = { user: 'ben', enrolment_ticket, code: codeOfBen() };
  await ask('kms', '/authenticator/confirm', undefined, confirming);
  const login = { ...who, code: codeOfBen() };
  const tokens = await data(z.object({ access_token: z.string() }), 'kms', '/login', undefined, login);
  const own = tokens.access_token;
  await ask('kms', '/recovery-codes', own, { code: codeOfBen() });
  await ask('kms', '/authenticator', own, { password: PASSWORD, code: codeOfBen() });
  await ask('kms', '/logins', own, undefined, 'DELETE');
  await ask('kms', '/audit', own);
  await ask('kms', '/audit/verify', own);
  await ask('kms', '/account', own, { password: PASSWORD, code: codeOfBen() }, 'DELETE');
}

const templated = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');

test.each(SERVICES)('the %s describes every endpoint that it has, and nothing else', (service) => {
  const described = Object.entries(documents[service].paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const mounted = live[service].map(({ method, path }) => `${method} ${templated(path)}`);
  expect(described.toSorted()).toEqual(mounted.toSorted());
});

test.each(SERVICES)('the %s names no operation twice, and nothing that is not there', (service) => {
  const { paths, components } = documents[service];
  const ids: string[] = [];
  for (const [path, item] of Object.entries(paths)) {
    for (const one of Object.values(item)) {
      if (!one) continue;
      ids.push(one.operationId);
      const names = one.parameters.filter((each) => each.in === 'path').map((each) => each.name);
      expect(names).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const scheme of one.security.flatMap((each) => Object.keys(each)))
        expect(components.securitySchemes).toHaveProperty(scheme);
    }
  }
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, name = ''] of JSON.stringify(paths).matchAll(/"#\/components\/schemas\/(\w+)"/g))
    expect(components.schemas).toHaveProperty(name);
});

/** The description of what a request came to. */
function described(service: Service, method: string, url: string) {
  const [path = ''] = url.split('?');
  const key = method.toLowerCase() as 'get';
  const fits = (template: string) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`).test(path);
  // A path without parameters goes before one with them.
  const candidates = Object.keys(documents[service].paths).filter(
    (template) => fits(template) && documents[service].paths[template]?.[key],
  );
  const [template] = candidates.toSorted((a, b) => a.split('{').length - b.split('{').length);
  return template === undefined
    ? undefined
    : { template, operation: documents[service].paths[template]?.[key] };
}

test('what the servers answer parses by what they say of it', () => {
  const succeeded = new Set<string>();
  let errors = 0;
  for (const { service, method, path, status, type, body } of seen) {
    const found = described(service, method, path);
    const isSuccess = status < 400;
    if (!type.startsWith('application/json')) continue;
    if (!found) {
      expect([path, status]).toEqual(['/no/such/path', 404]);
      continue;
    }
    const responses = found.operation?.responses ?? {};
    const said = responses[isSuccess ? String(status) : 'default']?.content?.['application/json']?.schema;
    const ref = z.object({ $ref: z.string() }).safeParse(said).data?.$ref.split('/').at(-1);
    const parsed = z
      .fromJSONSchema(
        ref === undefined ? (said ?? { not: {} }) : (documents[service].components.schemas[ref] ?? {}),
      )
      .safeParse(JSON.parse(body));
    expect([method, path, status, parsed.error?.issues ?? []]).toEqual([method, path, status, []]);
    if (isSuccess) succeeded.add(`${service} ${method} ${found.template}`);
    else errors += 1;
  }
  expect(errors).toBeGreaterThanOrEqual(3);
  const missing = SERVICES.flatMap((service) =>
    Object.entries(documents[service].paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, one]) => {
        const name = `${method.toUpperCase()} ${path}`;
        const isJson = Object.values(one?.responses ?? {}).every(
          (each) => each.content?.['application/json'],
        );
        return isJson && !NOT_RUN.has(name) && !succeeded.has(`${service} ${name}`) ? [name] : [];
      }),
    ),
  );
  expect(missing).toEqual([]);
});
