import { CLOUD_SETTINGS } from '../server/cloud/config.ts';
import { kmsSettings } from '../server/kms/config.ts';
import type { Environment } from '../server/platform/config/settings.ts';
import { findUnknownSettings } from '../server/platform/config/unknown-settings.ts';
import { SealkeepError } from '../shared/errors/error.ts';

/** What commands, launcher and browser shell read beside the servers' settings. */
const BESIDE = [
  ...['SEALKEEP_HOME', 'SEALKEEP_LOG', 'SEALKEEP_PASSWORD', 'SEALKEEP_TOTP'],
  ...['SEALKEEP_SHELL', 'SEALKEEP_BROWSER_PORT', 'SEALKEEP_BROWSER_OPEN'],
  ...['KMS_ROOT_PASSPHRASE', 'CLOUD_ROOT_PASSPHRASE'],
];

/**
 * Looks at the names of what a server is to be started with: a misspelled `KMS_WHITELIST` would be ignored, and what it was
 * to forbid allowed. A name that is near to none may be another program's, and is only told.
 * @throws SealkeepError CONFIG_INVALID for a misspelled one, with the setting that was meant.
 */
export function checkSettingNames(environment: Environment, tell: (line: string) => void): void {
  const known = [...Object.keys(kmsSettings('')), ...Object.keys(CLOUD_SETTINGS), ...BESIDE];
  for (const { name, meant } of findUnknownSettings(environment, known)) {
    if (meant !== undefined) {
      const reason = `there is no such setting. Did you mean ${meant}? Correct it or take it away`;
      throw new SealkeepError('CONFIG_INVALID', { name, reason });
    }
    tell(`${name} is set, and no setting is called that: it is ignored. .env.example has all of them.`);
  }
}
