import { getCiphers, getCurves, getHashes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from '@swc/core';
import { beforeAll, describe, expect, test } from 'vitest';

/** DESIGN.md, invariant 6: only what OpenSSL and BoringSSL both have, and called from one place. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const LAYERS = ['shared', 'core', 'server', 'agent', 'cli', 'browser', 'electron', 'renderer', 'bin'];

/** What core/crypto may ask of Node, each function with what it is for. */
const FUNCTIONS = [
  // Keys
  ...['createSecretKey', 'createPrivateKey', 'createPublicKey', 'generateKeyPair', 'KeyObject', 'JsonWebKey'],
  // AES-256-GCM
  ...['createCipheriv', 'createDecipheriv'],
  // SHA-2, HMAC, HKDF
  ...['createHash', 'hash', 'createHmac', 'hkdf', 'hkdfSync'],
  // RSA-OAEP, RSA-PSS, ECDSA P-256, Ed25519, X25519
  ...['publicEncrypt', 'privateDecrypt', 'sign', 'verify', 'constants', 'diffieHellman'],
  // Passphrases of a root key
  ...['scrypt', 'scryptSync'],
  ...['randomBytes', 'randomFillSync', 'timingSafeEqual'],
];

/** What may be called by name; argon2id and TOTP's HMAC-SHA-1 are their libraries' own. */
const ALGORITHMS = [
  ...['aes-256-gcm', 'A256GCM', 'sha256', 'sha384', 'sha512', 'SHA-256'],
  ...['ed25519', 'Ed25519', 'EdDSA', 'x25519', 'rsa', 'RSA', 'ec', 'P-256', 'ES256'],
  ...['PS256', 'PS384', 'PS512'],
  // The one place of RSASSA-PKCS1-v1_5: tokens of issuers who have nothing better, and our own KACLS token.
  ...['RS256', 'RS384', 'RS512'],
];
/** Names by which OpenSSL or JOSE would know an algorithm. */
const KNOWN = new Set(
  [
    ...[...getCiphers(), ...getHashes(), ...getCurves()],
    ...['ed25519', 'ed448', 'x25519', 'x448', 'rsa', 'rsa-pss', 'dsa', 'dh', 'ec', 'ml-dsa-65', 'ml-kem-768'],
    ...['P-256', 'P-384', 'P-521', 'EdDSA', 'none', 'SHA-1', 'SHA-256', 'MD5', 'secp256k1'],
    ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES256K', 'ES384', 'ES512', 'A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256'],
    ...['RSA-OAEP', 'RSA-OAEP-256', 'RSA1_5', 'ECDH-ES', 'A128KW', 'A256KW', 'PBES2-HS256+A128KW'],
  ].map((name) => name.toLowerCase()),
);
/** The libraries that call ciphers of their own, or ask Node for them. */
const CRYPTO_LIBRARIES = ['jose', 'otplib', '@node-rs/argon2'];

interface Source {
  readonly file: string;
  readonly imports: readonly { readonly from: string; readonly names: readonly string[] }[];
  readonly texts: readonly string[];
  readonly usesWebCrypto: boolean;
}

type Node = Readonly<Record<string, unknown>>;

async function readSource(file: string, code: string): Promise<Source> {
  const isScript = file.endsWith('.mjs');
  const module: unknown = await parse(
    code,
    isScript ? { syntax: 'ecmascript' } : { syntax: 'typescript', tsx: file.endsWith('.tsx') },
  );
  const imports: Source['imports'][number][] = [];
  const texts: string[] = [];
  let usesWebCrypto = false;

  function visit(node: unknown): void {
    if (Array.isArray(node)) node.forEach(visit);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const one = node as Node;
    if (one['source']) imports.push({ from: textOf(one['source']), names: namesOf(one) });
    if (one['type'] === 'CallExpression') imports.push(...calledModule(one));
    if (one['type'] === 'StringLiteral') texts.push(textOf(one));
    if (one['type'] === 'TemplateElement') texts.push(String(one['cooked']));
    if (one['type'] === 'Identifier' && ['subtle', 'webcrypto'].includes(textOf(one))) usesWebCrypto = true;
    Object.values(one).forEach(visit);
  }
  visit(module);
  return { file, imports, texts, usesWebCrypto };
}

const textOf = (node: unknown) => String((node as Node | undefined)?.['value'] ?? '');

/** Under the name that the module gives it; a whole module at once is `*`. */
function namesOf({ specifiers, type }: Node): string[] {
  if (type === 'ExportAllDeclaration' || !Array.isArray(specifiers)) return ['*'];
  return specifiers.map((specifier: Node) => {
    const isNamed = specifier['type'] === 'ImportSpecifier' || specifier['type'] === 'ExportSpecifier';
    return isNamed ? textOf(specifier['imported'] ?? specifier['orig'] ?? specifier['local']) : '*';
  });
}

/** `import()` and `require()`. */
function calledModule({ callee, arguments: given }: Node): Source['imports'][number][] {
  const { type } = (callee ?? {}) as Node;
  const isLoading = type === 'Import' || (type === 'Identifier' && textOf(callee) === 'require');
  const [first] = (given ?? []) as { readonly expression: unknown }[];
  return isLoading ? [{ from: textOf(first?.expression), names: ['*'] }] : [];
}

let sources: readonly Source[];
let ours: readonly Source[];

beforeAll(async () => {
  const files = LAYERS.flatMap((layer) =>
    readdirSync(path.join(ROOT, layer), { recursive: true, encoding: 'utf8' })
      .filter(
        (name) => /\.(?:tsx?|mjs)$/.test(name) && !/\.test\.tsx?$|\.d\.m?ts$|(?:^|\/)testing\//.test(name),
      )
      .map((name) => `${layer}/${name}`),
  );
  sources = await Promise.all(
    files.map(async (file) => readSource(file, await readFile(path.join(ROOT, file), 'utf8'))),
  );
  ours = sources.filter(({ file }) => file.startsWith('core/crypto/'));
}, 60_000);

const isNodeCrypto = (from: string) => from === 'node:crypto' || from === 'crypto';

test('everything was read', () => {
  expect(sources.length).toBeGreaterThan(400);
  expect(
    ours.flatMap(({ imports }) => imports).filter(({ from }) => isNodeCrypto(from)).length,
  ).toBeGreaterThan(8);
  expect(ours.flatMap(({ texts }) => texts)).toContain('aes-256-gcm');
});

test('the scan finds what it looks for', async () => {
  const code = `
    import { createHash as hash, type KeyObject } from 'node:crypto';
    import all from 'crypto';
    export * from 'node:crypto';
    const later = await import('node:crypto');
    const old = require('crypto');
    hash('md5'); hash(\`sha\${1}\`); globalThis.crypto['subtle']; crypto.subtle;
  `;
  const { imports, texts, usesWebCrypto } = await readSource('x.ts', code);
  expect(imports.filter(({ from }) => isNodeCrypto(from)).map(({ names }) => names)).toEqual([
    ['createHash', 'KeyObject'],
    ['*'],
    ['*'],
    ['*'],
    ['*'],
  ]);
  expect(texts).toEqual(expect.arrayContaining(['md5', 'sha']));
  expect(usesWebCrypto).toBe(true);
});

describe('outside core/crypto', () => {
  test('nothing imports node:crypto, nor a library that does', () => {
    const found = sources
      .filter(({ file }) => !file.startsWith('core/crypto/'))
      .flatMap(({ file, imports }) => imports.map(({ from }) => `${file}: ${from}`))
      .filter((line) =>
        [...CRYPTO_LIBRARIES, 'node:crypto', 'crypto'].some((name) => line.endsWith(`: ${name}`)),
      );
    expect(found).toEqual([]);
  });

  test('nothing calls the ciphers that every page and process has for a global', () => {
    expect(sources.filter(({ usesWebCrypto }) => usesWebCrypto).map(({ file }) => file)).toEqual([]);
  });
});

describe('core/crypto', () => {
  test('asks Node for these functions and no others', () => {
    const asked = ours.flatMap(({ file, imports }) =>
      imports
        .filter(({ from }) => isNodeCrypto(from))
        .flatMap(({ names }) => names.map((name) => `${file}: ${name}`)),
    );
    expect(asked.filter((line) => !FUNCTIONS.includes(line.split(': ')[1] ?? ''))).toEqual([]);
  });

  test('names these algorithms and no others', () => {
    const named = ours.flatMap(({ file, texts }) =>
      texts.filter((text) => KNOWN.has(text.toLowerCase())).map((text) => `${file}: ${text}`),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((line) => !ALGORITHMS.includes(line.split(': ')[1] ?? ''))).toEqual([]);
  });

  test('puts no name of an algorithm together from parts', () => {
    const parts = ours.flatMap(({ file, texts }) =>
      texts
        .filter((text) => /^(?:sha|aes|rsa|ecdh?|md|des|rc|cha)-?\d*-?$/i.test(text))
        .map((text) => `${file}: ${text}`),
    );
    expect(parts.filter((line) => !ALGORITHMS.includes(line.split(': ')[1] ?? ''))).toEqual([]);
  });
});
