import type { AskPassphrase } from '../server/platform/root-key/root-key-passphrase.ts';
import type { SecretPrompts } from './secrets.ts';

export type ServerName = 'kms' | 'cloud';

/** What each server's settings gave as the passphrase of its root key. */
export type RootPassphrases = Readonly<Record<ServerName, string | undefined>>;

const SETTINGS = { kms: 'KMS_ROOT_PASSPHRASE', cloud: 'CLOUD_ROOT_PASSPHRASE' } as const;

/** Takes the passphrases out of the environment, so that nothing that is started later inherits them. */
export function takeRootPassphrases(environment: NodeJS.ProcessEnv): RootPassphrases {
  const take = (server: ServerName) => {
    const given = environment[SETTINGS[server]];
    delete environment[SETTINGS[server]];
    return given || undefined;
  };
  return { kms: take('kms'), cloud: take('cloud') };
}

/** The setting's passphrase first, which is good once; then the terminal's, or a line of standard input. */
export function askRootPassphrase(secrets: SecretPrompts, given: string | undefined): AskPassphrase {
  let left = given;
  return ({ file, isNew }) => {
    const once = left;
    left = undefined;
    const of = `the root key ${file}`;
    return isNew ? secrets.newPassphrase(of, once) : secrets.passphrase(of, once);
  };
}
