import type { PasswordCost } from '../../../core/crypto/password-hash.ts';
import type { RootKeySource } from '../config/root-key-setting.ts';
import { fileForm } from './root-key-file.ts';
import { type AskPassphrase, passphraseForm } from './root-key-passphrase.ts';
import { createRootKeyProvider, type RootKeyProvider } from './root-key-provider.ts';

export interface SourceOptions {
  /** The setting that sentences name. */
  readonly setting: string;
  readonly ask: AskPassphrase;
  /** Of new passphrase files. */
  readonly cost?: PasswordCost | undefined;
}

/** The provider that a setting names. */
export function providerOfSource(
  source: RootKeySource,
  { setting, ask, cost }: SourceOptions,
): RootKeyProvider {
  const { provider, file } = source;
  const form = provider === 'file' ? fileForm(file, setting) : passphraseForm(file, setting, ask, cost);
  return createRootKeyProvider(source, setting, form);
}
