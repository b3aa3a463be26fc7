import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Jwks, jwks, parseKeySet } from '../../../core/crypto/key-set.ts';
import { codeOf } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { isLoopbackHost } from '../../../shared/names/service-url.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';

const SETTING = 'KMS_ISSUERS';

/** Realms, domains and the like are compared as they stand, so they are written in one way only. */
const realm = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a realm has 1 to 64 small letters, digits, dots and dashes')
  .refine((name) => name !== OWN_REALM, `the realm ${OWN_REALM} is our own`);
const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'a domain is written in small letters');
const audienceText = z.string().min(1).max(512);
const audience = z
  .union([audienceText, z.array(audienceText).min(1)])
  .transform((given) => (typeof given === 'string' ? [given] : given));
const jwksUri = z
  .string()
  .max(2048)
  .refine(isKeyAddress, 'jwks_uri must be https:, or http: on this machine');
const usableJwks = jwks.refine((set) => parseKeySet(set).size > 0, 'jwks holds no key that can be used');

const signer = {
  issuer: z.string().min(1).max(512),
  audience,
  jwks: usableJwks.optional(),
  jwks_uri: jwksUri.optional(),
  realm,
};

/** The `aud` of what key services say to each other (kacls.md §3.3.3). */
export const MIGRATION_AUDIENCE = 'kacls-migration';

/** What an authorization issuer may be trusted for: the calls that take its token. */
const FILE_OPERATIONS = ['wrap', 'unwrap', 'delegate'] as const;
const MIGRATION_OPERATIONS = ['digest', 'rewrap'] as const;
export type FileOperation = (typeof FILE_OPERATIONS)[number];
export type MigrationOperation = (typeof MIGRATION_OPERATIONS)[number];
export type KaclsOperation = FileOperation | MigrationOperation;

/** Migration issuers are good for rewrap and digest only (DESIGN.md, Who signs what). */
const operations = z
  .array(z.enum([...FILE_OPERATIONS, ...MIGRATION_OPERATIONS]))
  .min(1)
  .refine(
    (given) => new Set(given.map((one) => isMigrationOperation(one))).size === 1,
    'digest and rewrap go with no other operation',
  )
  .default(['wrap', 'unwrap']);

interface KeysOf {
  readonly jwks?: Jwks | undefined;
  readonly jwks_uri?: string | undefined;
}
const hasOneKeySource = (one: KeysOf) => (one.jwks === undefined) !== (one.jwks_uri === undefined);
const ONE_KEY_SOURCE = 'either jwks or jwks_uri';

const authenticationIssuer = z
  .strictObject({
    ...signer,
    audience: audience.refine(
      (given) => !given.includes(MIGRATION_AUDIENCE),
      `${MIGRATION_AUDIENCE} is the audience of key services`,
    ),
    domains: z.array(domain).min(1),
  })
  .refine(hasOneKeySource, ONE_KEY_SOURCE);
const authorizationIssuer = z.strictObject({ ...signer, operations }).refine(hasOneKeySource, ONE_KEY_SOURCE);

/** `KMS_ISSUERS` (DESIGN.md, Configuration). Strict: a misspelt restriction must not be a missing one. */
const issuersFile = z.strictObject({
  authentication: z.array(authenticationIssuer).default([]),
  authorization: z.array(authorizationIssuer).default([]),
});
export type IssuersFile = z.infer<typeof issuersFile>;
export type IssuerLine = IssuersFile['authentication'][number] | IssuersFile['authorization'][number];

/**
 * Reads the file that names issuers beside our own; without one there are none.
 * @throws SealkeepError CONFIG_INVALID
 */
export async function readIssuersFile(file: string | undefined): Promise<IssuersFile> {
  if (file === undefined) return { authentication: [], authorization: [] };
  const parsed = issuersFile.safeParse(parseJson(await readText(file), file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidIssuers(`${issue?.path.join('.') || file}: ${issue?.message ?? 'it cannot be read'}`);
}

export function invalidIssuers(reason: string, cause?: unknown): SealkeepError {
  return new SealkeepError('CONFIG_INVALID', { name: SETTING, reason }, { cause });
}

function isMigrationOperation(operation: KaclsOperation): operation is MigrationOperation {
  return MIGRATION_OPERATIONS.some((one) => one === operation);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw invalidIssuers(`${file} cannot be read (${codeOf(cause)})`, cause);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidIssuers(`${file} is not JSON`, cause);
  }
}

function isKeyAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isSpoken = protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
  return isSpoken && !username && !password;
}
