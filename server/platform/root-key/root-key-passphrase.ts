import { z } from 'zod';
import { AEAD_OVERHEAD } from '../../../core/crypto/aead.ts';
import {
  openUnderPassphrase,
  PASSPHRASE_COST,
  PASSPHRASE_SALT_BYTES,
  sealUnderPassphrase,
} from '../../../core/crypto/passphrase.ts';
import type { PasswordCost } from '../../../core/crypto/password-hash.ts';
import { randomBytesOf } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { base64Text } from '../../../shared/encoding/base64.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { ROOT_KEY_BYTES } from './root-key-file.ts';
import type { RootKeyForm } from './root-key-provider.ts';

/** Asks for the passphrase of a root key; `isNew` where the root key is being made. */
export type AskPassphrase = (question: { readonly file: string; readonly isNew: boolean }) => Promise<string>;

/** What a file may ask of this machine at most, in KiB and passes. */
const MAX_MEMORY = 2 * 1024 * 1024;
const MAX_PASSES = 64;
const SEALED_BYTES = ROOT_KEY_BYTES + AEAD_OVERHEAD;

/** The file's first line (docs/root-keys.md). Its bytes, as they stand there, are authenticated with the second. */
const headerSchema = z.object({
  sealkeep: z.literal('root key'),
  version: z.literal(1),
  kdf: z.literal('argon2id'),
  memory_kib: z.number().int().min(8).max(MAX_MEMORY),
  passes: z.number().int().min(1).max(MAX_PASSES),
  lanes: z.literal(1),
  salt: base64Text(PASSPHRASE_SALT_BYTES, PASSPHRASE_SALT_BYTES),
});

const sealedText = base64Text(SEALED_BYTES, SEALED_BYTES);

/** The form of the provider `passphrase:`: a random root key, wrapped under what a person knows. */
export function passphraseForm(
  file: string,
  setting: string,
  ask: AskPassphrase,
  cost: PasswordCost = PASSPHRASE_COST,
): RootKeyForm {
  return {
    async read(content) {
      const { header, line, sealed } = parse(content.toString('utf8'), file, setting);
      const passphrase = await ask({ file, isNew: false });
      const kdf = {
        cost: { memory: header.memory_kib, passes: header.passes },
        salt: Buffer.from(header.salt, 'base64'),
      };
      const key = await openUnderPassphrase(passphrase, kdf, sealed, line);
      if (!key) throw new SealkeepError('ROOT_PASSPHRASE_REFUSED', { file });
      return key;
    },
    async make() {
      const passphrase = await ask({ file, isNew: true });
      const salt = randomBytesOf(PASSPHRASE_SALT_BYTES);
      const header: z.input<typeof headerSchema> = {
        sealkeep: 'root key',
        version: 1,
        kdf: 'argon2id',
        memory_kib: cost.memory,
        passes: cost.passes,
        lanes: 1,
        salt: salt.toString('base64'),
      };
      const line = JSON.stringify(header);
      const key = Secret.random(ROOT_KEY_BYTES);
      const sealed = await sealUnderPassphrase(passphrase, { cost, salt }, key, Buffer.from(line));
      return { key, content: `${line}\n${sealed.toString('base64')}\n` };
    },
  };
}

function parse(content: string, file: string, setting: string) {
  const [first = '', second = ''] = content.split('\n');
  const header = headerSchema.safeParse(jsonOf(first));
  const sealed = sealedText.safeParse(second.trim());
  if (!header.success || !sealed.success) {
    const reason = `${file} holds no root key under a passphrase that this version knows`;
    throw new SealkeepError('CONFIG_INVALID', { name: setting, reason });
  }
  return { header: header.data, line: Buffer.from(first), sealed: Buffer.from(sealed.data, 'base64') };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // No JSON is no header, which the schema says.
    return undefined;
  }
}
