import path from 'node:path';
import { z } from 'zod';

/** Where a root key is kept, and how. */
export interface RootKeySource {
  readonly provider: 'file' | 'passphrase';
  /** An absolute path. */
  readonly file: string;
}

const PROVIDERS = ['file', 'passphrase'] as const;

/** `file:PATH` or `passphrase:PATH`. */
export const rootKeySource = z.string().transform((text, context): RootKeySource => {
  for (const provider of PROVIDERS) {
    const target = text.startsWith(`${provider}:`) ? text.slice(provider.length + 1) : '';
    if (target !== '') return { provider, file: path.resolve(target) };
  }
  context.addIssue(reasonOf(text));
  return z.NEVER;
});

/** As the setting has it. */
export function formatRootKeySource({ provider, file }: RootKeySource): string {
  return `${provider}:${file}`;
}

function reasonOf(text: string): string {
  if (text.startsWith('keychain:'))
    return 'only the desktop app has a keychain; it keeps its root keys there by itself, without a setting';
  if (text.startsWith('pkcs11:')) return 'pkcs11: comes in a later version';
  return 'it is not file:PATH or passphrase:PATH';
}
