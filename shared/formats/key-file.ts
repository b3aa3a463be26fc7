import canonicalize from 'canonicalize';
import { z } from 'zod';
import { base64Text } from '../encoding/base64.ts';
import { SealkeepError } from '../errors/error.ts';
import { LIMITS } from '../limits.ts';

const FORMAT = 'sealkeep-key';
const VERSION = 1;

/** `NAME.key`, version 1 (docs/file-format.md). `name` and `size` are claims until `mac` was checked. */
export const keyFile = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  resource_name: z.string().min(1).max(LIMITS.resourceName),
  kacls_url: z.string().min(1).max(512),
  wrapped_key: base64Text(1, (LIMITS.wrappedKeyText / 4) * 3),
  name: z.string().min(1).max(1024),
  size: z.number().int().nonnegative(),
  created_at: z.iso.datetime(),
  mac: base64Text(32, 32),
});

export type KeyFile = z.infer<typeof keyFile>;

/** The fields that `mac` is made over: those that stay the same for good. */
export type KeyFileClaims = Omit<KeyFile, 'wrapped_key' | 'kacls_url' | 'mac'>;

export function keyFileClaims(file: Omit<KeyFileClaims, 'format' | 'version'>): KeyFileClaims {
  const { resource_name, name, size, created_at } = file;
  return { format: FORMAT, version: VERSION, resource_name, name, size, created_at };
}

/** The text that `mac` authenticates: canonical JSON (RFC 8785) of the claims. */
export function canonicalClaims(claims: KeyFileClaims): string {
  const text = canonicalize(claims);
  if (text === undefined) throw new SealkeepError('INTERNAL');
  return text;
}

const versionOnly = z.object({ format: z.literal(FORMAT), version: z.number().int() });

/**
 * Parses the text of a `.key` file.
 * @throws SealkeepError KEY_FILE_TOO_NEW (a later version of the format) or KEY_FILE_INVALID.
 */
export function parseKeyFile(text: string): KeyFile {
  try {
    const json: unknown = JSON.parse(text);
    const peek = versionOnly.safeParse(json);
    if (peek.success && peek.data.version > VERSION) throw new SealkeepError('KEY_FILE_TOO_NEW');
    return keyFile.parse(json);
  } catch (cause) {
    if (cause instanceof SealkeepError) throw cause;
    throw new SealkeepError('KEY_FILE_INVALID', {}, { cause });
  }
}

/** The text of a `.key` file, one field a line, ending with a line feed. */
export function formatKeyFile(file: KeyFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
