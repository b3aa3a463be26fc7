import { openBytes, sealBytes } from '../../../core/crypto/aead.ts';
import { deriveKey, keyMaterialOf } from '../../../core/crypto/hkdf.ts';
import { randomBytesOf } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { WRAPPED_KEY_LAYOUT as AT, kekVersionOf } from '../../../shared/formats/wrapped-key.ts';

/**
 * The wrapped key of DESIGN.md, Formats; docs/decisions/0010-wrapped-key.md has its bytes and the reasons.
 * `version | kind | key id | key version | salt | nonce | ciphertext | tag`
 */
const VERSION = 1;
/** Keeps blobs of different uses apart: a DEK is 1. */
const KIND_DEK = 1;
const SALT_BYTES = 32;
const CLEAR_BYTES = AT.end + SALT_BYTES;
const INFO = `sealkeep wrapped key version ${VERSION} kind ${KIND_DEK}`;

/** Names one version of one KEK. */
export interface KekVersionName {
  readonly kekId: string;
  readonly version: number;
}

export interface KekVersion extends KekVersionName {
  readonly secret: Secret;
}

/** What a wrapped key holds beside the DEK. */
export interface WrappedFacts {
  readonly resourceName: string;
  readonly perimeterId: string;
  readonly realm: string;
  readonly generation: number;
}

export interface OpenedWrappedKey extends WrappedFacts {
  /** The caller destroys it. */
  readonly dek: Secret;
}

/** Wraps a DEK under a KEK version and the resource's own 32 bytes. Gives the raw bytes. */
export function sealWrappedKey(
  kek: KekVersion,
  resourceSecret: Secret,
  dek: Secret,
  facts: WrappedFacts,
): Buffer {
  const clear = Buffer.alloc(CLEAR_BYTES);
  clear.writeUInt8(VERSION, AT.version);
  clear.writeUInt8(KIND_DEK, AT.kind);
  clear.write(kek.kekId, AT.keyId, 'base64url');
  clear.writeUInt32BE(kek.version, AT.keyVersion);
  clear.set(randomBytesOf(SALT_BYTES), AT.end);
  const plaintext = dek.use((bytes) => encodePlaintext(bytes, facts));
  try {
    return Buffer.concat([clear, sealBytes(wrappingKey(kek, resourceSecret, clear), plaintext, clear)]);
  } finally {
    plaintext.fill(0);
  }
}

/**
 * The KEK version that a wrapped key asks for: a claim until it opens.
 * @throws SealkeepError WRAPPED_KEY_INVALID
 */
export function kekOfWrappedKey(wrapped: Buffer): KekVersionName {
  const isOurs =
    wrapped.length > CLEAR_BYTES && wrapped[AT.version] === VERSION && wrapped[AT.kind] === KIND_DEK;
  if (!isOurs) throw new SealkeepError('WRAPPED_KEY_INVALID');
  const { keyId: kekId, version } = kekVersionOf(wrapped);
  return { kekId, version };
}

/**
 * Opens a wrapped key.
 * @throws SealkeepError WRAPPED_KEY_INVALID, the same for a damaged blob, another KEK and another resource's bytes.
 */
export function openWrappedKey(kek: KekVersion, resourceSecret: Secret, wrapped: Buffer): OpenedWrappedKey {
  const named = kekOfWrappedKey(wrapped);
  const clear = wrapped.subarray(0, CLEAR_BYTES);
  const plaintext =
    named.kekId === kek.kekId && named.version === kek.version
      ? openBytes(wrappingKey(kek, resourceSecret, clear), wrapped.subarray(CLEAR_BYTES), clear)
      : undefined;
  if (!plaintext) throw new SealkeepError('WRAPPED_KEY_INVALID');
  try {
    return decodePlaintext(plaintext);
  } finally {
    plaintext.fill(0);
  }
}

function wrappingKey(kek: KekVersion, resourceSecret: Secret, clear: Buffer) {
  return deriveKey(keyMaterialOf(kek.secret, resourceSecret), clear.subarray(AT.end), INFO);
}

function encodePlaintext(dek: Buffer, facts: WrappedFacts): Buffer {
  const fields = [
    dek,
    ...[facts.resourceName, facts.perimeterId, facts.realm].map((text) => Buffer.from(text)),
  ];
  const lengths = fields.reduce((sum, field) => sum + 2 + field.length, 0);
  const plaintext = Buffer.alloc(lengths + 4);
  let at = 0;
  for (const field of fields) {
    at = plaintext.writeUInt16BE(field.length, at);
    plaintext.set(field, at);
    at += field.length;
  }
  plaintext.writeUInt32BE(facts.generation, at);
  return plaintext;
}

/** Only reads what its own tag has vouched for, so lengths are taken at their word. */
function decodePlaintext(plaintext: Buffer): OpenedWrappedKey {
  let at = 0;
  const field = () => {
    const start = at + 2;
    at = start + plaintext.readUInt16BE(at);
    return plaintext.subarray(start, at);
  };
  const dek = Secret.take(Buffer.from(field()));
  const [resourceName = '', perimeterId = '', realm = ''] = [field(), field(), field()].map(String);
  return { dek, resourceName, perimeterId, realm, generation: plaintext.readUInt32BE(at) };
}
