import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Secret } from '../../core/crypto/secret.ts';
import { loadRootKey } from '../platform/root-key/load-root-key.ts';
import { fileForm, keychainFileOf } from '../platform/root-key/root-key-file.ts';
import { type Keychain, loadRootKeyFromKeychain } from '../platform/root-key/root-key-keychain.ts';
import { createRootKeyProvider } from '../platform/root-key/root-key-provider.ts';
import type { RootKeys } from './protocol.ts';

/** Gives the root keys of KMS and cloud to whoever starts them; each call gives bytes of their own. */
export type LoadRootKeys = () => Promise<RootKeys>;

export interface KeptRootKeys {
  /** The weaker of the two, where they differ. */
  readonly kept: 'keychain' | 'file';
  readonly load: LoadRootKeys;
}

/** The setting that a sentence about each root key names. */
const SETTINGS = { kms: 'KMS_ROOT_KEY', cloud: 'CLOUD_ROOT_KEY' } as const;
type Service = keyof typeof SETTINGS;

const fileOf = (dataFolder: string, service: Service) => path.join(dataFolder, service, 'keys', 'root.key');

const databaseOf = (dataFolder: string, service: Service) =>
  path.join(dataFolder, service, `${service}.sqlite`);

/** From its file; where the server's database is there and the key is not, none is made. */
function fromFile(dataFolder: string, service: Service): Promise<Secret> {
  const file = fileOf(dataFolder, service);
  const setting = SETTINGS[service];
  const provider = createRootKeyProvider({ provider: 'file', file }, setting, fileForm(file, setting));
  return loadRootKey(provider, databaseOf(dataFolder, service));
}

/** Root keys in files that only their owner can read. */
export function rootKeyFiles(dataFolder: string): LoadRootKeys {
  return bothBy((service) => fromFile(dataFolder, service));
}

/**
 * Root keys of a data folder of a system that may have a keychain. A root key stays where it was made: moving one into
 * the keychain by itself would take it from the command line that used the folder so far.
 * @param keychain undefined where the system has none that protects.
 */
export function keptRootKeys(dataFolder: string, keychain: Keychain | undefined): KeptRootKeys {
  const isInKeychain = (service: Service) => {
    const file = fileOf(dataFolder, service);
    return !existsSync(file) && (keychain !== undefined || existsSync(keychainFileOf(file)));
  };
  return {
    kept: isInKeychain('kms') && isInKeychain('cloud') ? 'keychain' : 'file',
    load: bothBy((service) => {
      const file = fileOf(dataFolder, service);
      return isInKeychain(service)
        ? loadRootKeyFromKeychain(file, SETTINGS[service], keychain, databaseOf(dataFolder, service))
        : fromFile(dataFolder, service);
    }),
  };
}

function bothBy(load: (service: Service) => Promise<Secret>): LoadRootKeys {
  return async () => ({ kms: moved(await load('kms')), cloud: moved(await load('cloud')) });
}

/** The secret's bytes in memory of their own, for moving to another thread; the secret is destroyed. */
function moved(secret: Secret): Uint8Array<ArrayBuffer> {
  const bytes = secret.use((lent) => new Uint8Array(lent));
  secret.destroy();
  return bytes;
}
