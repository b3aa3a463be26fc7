import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { createDocument, createSchema, type ZodOpenApiOperationObject } from 'zod-openapi';
import { errorReply, LAUNCH_SECRET_HEADER } from '../../../shared/api/common.ts';
import { kaclsErrorReply } from '../../../shared/api/kms/kacls.ts';
import { CLIENT_TOKEN_HEADER } from '../../../shared/api/kms/session.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { type ErrorShape, ownErrorShape } from '../http/error-reply.ts';
import { type About, ACCESS, type Access } from './about.ts';

export interface DocumentParts {
  readonly service: 'kms' | 'cloud';
  readonly version: string;
  /** What the server is called. */
  readonly url: string;
  readonly endpoints: readonly Endpoint[];
  /** As the app has it: which paths answer errors as KACLS has them. */
  readonly errorShapeOf: (path: string) => ErrorShape;
}

const TITLES = { kms: 'Sealkeep KMS', cloud: 'Sealkeep cloud' } as const;

const DESCRIPTIONS = {
  kms: 'Wraps and unwraps the keys of files, for who may. It never sees a file. Every call may also travel inside a secure session: its body, with its token, as compact JWE of the type application/jose.',
  cloud: 'Keeps sealed files and the registry of wrapped keys. It never sees a key.',
} as const;

const SCHEMES = {
  authentication_token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'sealkeep-kms+jwt',
    description: 'Of POST /login.',
  },
  cloud_token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'sealkeep-cloud+jwt',
    description: 'Of POST /login at the KMS.',
  },
  service_token: { type: 'http', scheme: 'bearer', bearerFormat: 'sealkeep-service+jwt' },
  client_token: { type: 'apiKey', in: 'header', name: CLIENT_TOKEN_HEADER },
  launch_secret: {
    type: 'apiKey',
    in: 'header',
    name: LAUNCH_SECRET_HEADER,
    description: 'Asked for by servers inside an app, on every call.',
  },
} as const;
type Scheme = keyof typeof SCHEMES;

const SCHEMES_OF: Readonly<Record<Access, readonly Scheme[]>> = {
  anyone: [],
  'tokens-in-body': [],
  login: ['authentication_token'],
  administrator: ['authentication_token'],
  'login-in-session': ['authentication_token', 'client_token'],
  'client-token': ['client_token'],
  cloud: ['cloud_token'],
  kms: ['service_token'],
  operator: [],
};

/** Errors are the same everywhere but for their shape: the sentence says what, the code which. */
const ERRORS = {
  own: { name: 'Error', schema: errorReply },
  kacls: { name: 'KaclsError', schema: kaclsErrorReply },
} as const;

/** What a schema takes from outside, which is what it stands for on the wire, whoever wrote it. */
const wire = (schema: z.ZodType) => createSchema(schema, { io: 'input', openapiVersion: '3.1.0' }).schema;

/**
 * A server's table of endpoints as OpenAPI 3.1.
 * @throws TypeError naming an endpoint that does not say what it is about.
 */
export function openApiDocument({ service, version, url, endpoints, errorShapeOf }: DocumentParts): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of endpoints) {
    const { method, path, about } = endpoint;
    if (!about) throw new TypeError(`${method} ${path} does not say what it is about`);
    const error = errorShapeOf(path) === ownErrorShape ? ERRORS.own : ERRORS.kacls;
    const templated = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[templated] = { ...paths[templated], [method]: operationOf(endpoint, about, error.name) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: TITLES[service], version, description: DESCRIPTIONS[service] },
    servers: [{ url }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.values(ERRORS).map(({ name, schema }) => [name, wire(schema)])),
      securitySchemes: SCHEMES,
    },
  });
}

function operationOf(endpoint: Endpoint, about: About, error: string): ZodOpenApiOperationObject {
  const { method, path, status = 200, body, query } = endpoint;
  const schemes = SCHEMES_OF[about.access];
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const bodyContent = body ? { 'application/json': { schema: wire(body) } } : multipart(about);
  return {
    operationId: `${method} ${path}`.replaceAll(/\W+/g, '_').replace(/_$/, ''),
    summary: about.summary,
    description: ACCESS[about.access],
    tags: [tagOf(path, error)],
    security: schemes.length > 0 ? [Object.fromEntries(schemes.map((scheme) => [scheme, []]))] : [],
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }) as const),
      ...queryParameters(query),
    ],
    ...(bodyContent ? { requestBody: { required: true, content: bodyContent } } : {}),
    responses: {
      [`${status}` as `2${string}`]: {
        description: STATUS_CODES[status] ?? '',
        ...replyContent(endpoint, about),
      },
      default: {
        description: 'Refused, or failed',
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${error}` } } },
      },
    },
  };
}

/** By the beginning of their paths; any other beginning is a group of its own. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  identity: ['register', 'otp-qr', 'login', 'refresh', 'logout', 'password', 'logins'],
  escrow: ['get-public-key', 'store-key', 'get-key'],
  files: ['upload', 'list', 'download', 'files', 'shares', 'shared-with-me'],
  resources: ['resources', 'authorize'],
  operations: ['healthz', 'readyz', 'metrics', 'openapi.json', 'docs', '.well-known'],
};

function tagOf(path: string, error: string): string {
  const [, beginning = ''] = path.split('/');
  const group = Object.keys(GROUPS).find((name) => GROUPS[name]?.includes(beginning));
  return error === ERRORS.kacls.name ? 'KACLS' : (group ?? beginning);
}

function queryParameters(query: z.ZodType | undefined) {
  const { properties = {}, required = [] } = query
    ? (wire(query) as { properties?: Record<string, object>; required?: readonly string[] })
    : {};
  return Object.entries(properties).map(
    ([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }) as const,
  );
}

function multipart({ parts }: About) {
  if (!parts) return undefined;
  const properties = Object.entries(parts).map(([name, kind]) => [
    name,
    kind === 'binary' ? { type: 'string', format: 'binary' } : { type: 'string' },
  ]);
  const schema = { type: 'object', properties: Object.fromEntries(properties), required: Object.keys(parts) };
  return { 'multipart/form-data': { schema: schema as { type: 'object' } } };
}

function replyContent({ bare = false }: Endpoint, { reply, replyTypes }: About) {
  const binary = { schema: { type: 'string', format: 'binary' } } as const;
  if (replyTypes) {
    const json = reply ? { 'application/json': { schema: wire(reply) } } : {};
    return { content: { ...Object.fromEntries(replyTypes.map((type) => [type, binary])), ...json } };
  }
  const data = wire(reply ?? z.object({}));
  const schema = bare ? data : { type: 'object' as const, properties: { data }, required: ['data'] };
  return { content: { 'application/json': { schema } } };
}
