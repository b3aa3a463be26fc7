import { PASSPHRASE_COST } from '../../../core/crypto/passphrase.ts';
import { formatPassphraseLines, parsePassphraseLines } from '../../../core/crypto/passphrase-lines.ts';
import type { PasswordCost } from '../../../core/crypto/password-hash.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { ROOT_KEY_BYTES } from './root-key-file.ts';
import type { RootKeyForm } from './root-key-provider.ts';

/** Asks for the passphrase of a root key; `isNew` where the root key is being made. */
export type AskPassphrase = (question: { readonly file: string; readonly isNew: boolean }) => Promise<string>;

const KIND = { sealkeep: 'root key', version: 1, secretBytes: ROOT_KEY_BYTES } as const;

/** The form of the provider `passphrase:`: a random root key, wrapped under what a person knows. */
export function passphraseForm(
  file: string,
  setting: string,
  ask: AskPassphrase,
  cost: PasswordCost = PASSPHRASE_COST,
): RootKeyForm {
  return {
    async read(content) {
      const lines = parsePassphraseLines(KIND, content.toString('utf8'));
      if (!lines) {
        const reason = `${file} holds no root key under a passphrase that this version knows`;
        throw new SealkeepError('CONFIG_INVALID', { name: setting, reason });
      }
      const key = await lines.open(await ask({ file, isNew: false }));
      if (!key) throw new SealkeepError('ROOT_PASSPHRASE_REFUSED', { file });
      return key;
    },
    async make() {
      const passphrase = await ask({ file, isNew: true });
      const key = Secret.random(ROOT_KEY_BYTES);
      return { key, content: await formatPassphraseLines(KIND, passphrase, key, cost) };
    },
  };
}
