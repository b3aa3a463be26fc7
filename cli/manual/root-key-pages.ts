import type { ManualPage } from './manual-page.ts';
import { dataOption } from './server-pages.ts';

const ROOT_KEYS = {
  environment: ['SEALKEEP_HOME', 'KMS_*, CLOUD_*'],
  files: ['kms/, cloud/', '.env'],
} as const;

const PASSPHRASES =
  'A passphrase is asked for at the terminal, and a new one twice; where standard input is no terminal, one line of it is taken for each. KMS_ROOT_PASSPHRASE and CLOUD_ROOT_PASSPHRASE give one in place of that, which is the least good way: the environment and .env are easier to read than either.';

export const KEYGEN: ManualPage = {
  ...ROOT_KEYS,
  name: 'keygen',
  summary: 'make the root key of a KMS before its first start',
  usage: ['[--data FOLDER]'],
  description: [
    'Makes the key that everything in the KMS’s database is going to rest under, where KMS_ROOT_KEY says: file:PATH, or passphrase:PATH. Without that setting it is root.key in KEY_STORE_PATH. Nothing is overwritten. The KMS makes it at its first start by itself, too; a cloud always does.',
    PASSPHRASES,
  ],
  options: [dataOption('sealkeep-server')],
  output: [
    'What was made, where, and how it is protected; nothing of the key itself. With --json one line: {"root_key", "protected_by"}, where root_key is what KMS_ROOT_KEY would be, and protected_by permissions or passphrase.',
  ],
  exits: ['usage', 'refused', 'file', 'cancelled'],
  examples: [
    ['sealkeep keygen', 'makes root.key where “sealkeep serve” looks for it'],
    [
      'KMS_ROOT_KEY=passphrase:/srv/keys/root.key sealkeep keygen --data /srv/sealkeep',
      'asks for a passphrase twice, and makes a root key under it',
    ],
  ],
};

export const CHANGE_ROOT_KEY: ManualPage = {
  ...ROOT_KEYS,
  name: 'change-root-key',
  arguments: '<server>',
  summary: 'put another root key in the place of a stopped server’s',
  usage: ['kms|cloud --to PLACE [--data FOLDER]'],
  description: [
    'Makes a new root key, and rewraps everything that rests under the present one, of the KMS or of the cloud. The present one is found by KMS_ROOT_KEY or CLOUD_ROOT_KEY; it stays where it is, and is not needed afterwards. The server has to be stopped.',
    'Where this is killed, or the power goes, the same command goes on; until it is through, no server starts over that database, and both root keys are needed.',
    PASSPHRASES,
  ],
  options: [
    {
      flags: '--to <place>',
      text: 'Where the new one is to be kept: file:PATH or passphrase:PATH, a file that is not there yet. It has to be given.',
      isRequired: true,
    },
    dataOption('sealkeep-server'),
  ],
  output: [
    'How many secrets were rewrapped, and which line to put into the settings. With --json one line: {"server", "setting", "former", "rewrapped", "resting"}, where former is where the key before is kept, and resting counts the secrets under the new one.',
  ],
  exits: ['usage', 'refused', 'server', 'file', 'cancelled'],
  examples: [
    [
      'sealkeep change-root-key kms --to passphrase:/srv/keys/kms.key',
      'asks for a passphrase twice, and puts everything under a root key that it wraps',
    ],
    [
      'sealkeep change-root-key cloud --to file:/mnt/keys/cloud.key',
      'does the same for the cloud’s signing key',
    ],
  ],
};
