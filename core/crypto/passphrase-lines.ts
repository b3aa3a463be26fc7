import { z } from 'zod';
import { base64Text } from '../../shared/encoding/base64.ts';
import { AEAD_OVERHEAD } from './aead.ts';
import {
  openUnderPassphrase,
  PASSPHRASE_COST,
  PASSPHRASE_SALT_BYTES,
  sealUnderPassphrase,
} from './passphrase.ts';
import type { PasswordCost } from './password-hash.ts';
import { randomBytesOf } from './random.ts';
import type { Secret } from './secret.ts';

/** What a file may ask of this machine at most, in KiB and passes. */
const MAX_MEMORY = 2 * 1024 * 1024;
const MAX_PASSES = 64;

/** The first line: how the key was derived. Its bytes, as they stand there, are authenticated with the second. */
const headerSchema = z.object({
  sealkeep: z.string(),
  version: z.number().int(),
  kdf: z.literal('argon2id'),
  memory_kib: z.number().int().min(8).max(MAX_MEMORY),
  passes: z.number().int().min(1).max(MAX_PASSES),
  lanes: z.literal(1),
  salt: base64Text(PASSPHRASE_SALT_BYTES, PASSPHRASE_SALT_BYTES),
});

/** What two such lines are of, and how long the secret in them is. */
export interface LinesKind {
  /** `root key`, `backup` */
  readonly sealkeep: string;
  readonly version: number;
  readonly secretBytes: number;
}

export interface PassphraseLines {
  /** @returns undefined where it is another passphrase, or the lines were changed. */
  open(passphrase: string): Promise<Secret | undefined>;
}

/**
 * A secret under a passphrase as two lines of text (docs/root-keys.md), each with its line end. The secret stays the
 * caller's.
 */
export async function formatPassphraseLines(
  { sealkeep, version }: LinesKind,
  passphrase: string,
  secret: Secret,
  cost: PasswordCost = PASSPHRASE_COST,
): Promise<string> {
  const salt = randomBytesOf(PASSPHRASE_SALT_BYTES);
  const header: z.input<typeof headerSchema> = {
    sealkeep,
    version,
    kdf: 'argon2id',
    memory_kib: cost.memory,
    passes: cost.passes,
    lanes: 1,
    salt: salt.toString('base64'),
  };
  const line = JSON.stringify(header);
  const sealed = await sealUnderPassphrase(passphrase, { cost, salt }, secret, Buffer.from(line));
  return `${line}\n${sealed.toString('base64')}\n`;
}

/** @returns undefined where the text is not of that kind, or of a version that this one does not know. */
export function parsePassphraseLines(kind: LinesKind, text: string): PassphraseLines | undefined {
  const [first = '', second = ''] = text.split('\n');
  const sealedBytes = kind.secretBytes + AEAD_OVERHEAD;
  const header = headerSchema.safeParse(jsonOf(first));
  const sealed = base64Text(sealedBytes, sealedBytes).safeParse(second.trim());
  if (!header.success || !sealed.success) return undefined;
  const { sealkeep, version, memory_kib, passes, salt } = header.data;
  if (sealkeep !== kind.sealkeep || version !== kind.version) return undefined;
  const kdf = { cost: { memory: memory_kib, passes }, salt: Buffer.from(salt, 'base64') };
  return {
    open: (passphrase) =>
      openUnderPassphrase(passphrase, kdf, Buffer.from(sealed.data, 'base64'), Buffer.from(first)),
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // No JSON is no header, which the schema says.
    return undefined;
  }
}
