import path from 'node:path';
import { z } from 'zod';
import { SealkeepError } from '../../shared/errors/error.ts';
import { isLoopbackHost, serviceUrl } from '../../shared/names/service-url.ts';
import { type AddressList, addressList, LOOPBACK_RANGES } from '../platform/config/addresses.ts';
import { csv, type Environment, port, readSettings } from '../platform/config/settings.ts';

export type RegistrationMode = 'open' | 'approval' | 'invite';

/** Everything that the KMS is told at its start. */
export interface KmsConfig {
  /** What the KMS is called: `iss` and `aud` of its tokens, `kacls_url` of the cloud's. */
  readonly url: string;
  /** Names that it also answers to in authorization tokens. */
  readonly formerUrls: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly addresses: AddressList;
  readonly trustedProxies: readonly string[];
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly registration: RegistrationMode;
  readonly databaseFile: string;
  /** What the cloud is called: `aud` of cloud tokens, `iss` of authorization tokens. */
  readonly cloudUrl: string;
  /** Path of the JSON file that names further issuers. */
  readonly issuersFile: string | undefined;
  /** Inside an app: the secret of this launch. */
  readonly launchSecret: string | undefined;
}

/** Settings that only starting a KMS of its own needs. */
export interface KmsServiceConfig extends KmsConfig {
  readonly rootKeyFile: string;
}

const LATER = 'this version of Sealkeep does not have it yet';
/** `scheme:rest` of a setting, for the one scheme that there is. */
function schemeOnly(scheme: string, later: readonly string[]) {
  return z.string().transform((text, context) => {
    if (text.startsWith(`${scheme}:`)) return text.slice(scheme.length + 1);
    const isLater = later.some((one) => text.startsWith(one));
    context.addIssue(isLater ? LATER : `it must begin with ${scheme}:`);
    return z.NEVER;
  });
}

function shapeFor(dataFolder: string) {
  return {
    KMS_PORT: port.default(3000),
    KMS_HOST: z.string().default('127.0.0.1'),
    KMS_URL: serviceUrl.optional(),
    KMS_FORMER_URLS: csv.default([]),
    KMS_WHITELIST: addressList.prefault(LOOPBACK_RANGES),
    KMS_TRUSTED_PROXIES: addressList.prefault(''),
    KMS_TLS_CERT: z.string().optional(),
    KMS_TLS_KEY: z.string().optional(),
    KEY_STORE_PATH: z.string().default(path.join(dataFolder, 'kms', 'keys')),
    KMS_ROOT_KEY: schemeOnly('file', ['passphrase:', 'pkcs11:', 'keychain:']).optional(),
    KMS_REGISTRATION: z.enum(['open', 'approval', 'invite']).optional(),
    KMS_DATABASE_URL: schemeOnly('sqlite', ['postgres:']).default(path.join(dataFolder, 'kms', 'kms.sqlite')),
    KMS_CLOUD_URL: serviceUrl.default('http://127.0.0.1:8800'),
    KMS_ISSUERS: z.string().optional(),
  };
}

/**
 * The KMS's configuration from the environment.
 * @throws SealkeepError CONFIG_INVALID naming the setting.
 */
export function readKmsConfig(environment: Environment, dataFolder: string): KmsServiceConfig {
  const settings = readSettings(shapeFor(dataFolder), environment);
  const { KMS_TLS_CERT: certificate, KMS_TLS_KEY: key } = settings;
  if ((certificate === undefined) !== (key === undefined)) {
    throw new SealkeepError('CONFIG_INVALID', {
      name: 'KMS_TLS_KEY',
      reason: 'KMS_TLS_CERT and KMS_TLS_KEY go together',
    });
  }
  const trustedProxies = settings.KMS_TRUSTED_PROXIES.ranges;
  const isPrivate = isLoopbackHost(settings.KMS_HOST) && trustedProxies.length === 0;
  return {
    url: settings.KMS_URL ?? `http://127.0.0.1:${settings.KMS_PORT}`,
    formerUrls: settings.KMS_FORMER_URLS,
    host: settings.KMS_HOST,
    port: settings.KMS_PORT,
    addresses: settings.KMS_WHITELIST,
    trustedProxies,
    tls: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
    registration: settings.KMS_REGISTRATION ?? (isPrivate ? 'open' : 'approval'),
    databaseFile: settings.KMS_DATABASE_URL,
    cloudUrl: settings.KMS_CLOUD_URL,
    issuersFile: settings.KMS_ISSUERS,
    launchSecret: undefined,
    rootKeyFile: settings.KMS_ROOT_KEY ?? path.join(settings.KEY_STORE_PATH, 'root.key'),
  };
}
