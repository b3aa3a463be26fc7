import type { ManualPage } from './manual-page.ts';

const SERVER = {
  usage: ['[--data FOLDER]'],
  exits: ['usage', 'server', 'file', 'cancelled'],
  environment: ['SEALKEEP_HOME', 'KMS_*, CLOUD_*', 'SEALKEEP_LOG'],
  files: ['kms/, cloud/', '.env'],
} as const;

export const dataOption = (name: string) =>
  ({
    flags: '--data <folder>',
    text: `The data folder, made where it is not there. Default: SEALKEEP_HOME, else “${name}” in the system’s place for application data.`,
  }) as const;

const NEW_IDENTITY = {
  flags: '--new-identity',
  text: 'Gives the KMS a new identity key, signed by the present one, so that clients that know that one go on. It takes seconds, beside the start. Default: the present one stays.',
} as const;

const SETTINGS =
  'Settings come from the environment and from .env in this folder. A misspelled name of one stops the start. One process at a time serves a data folder; another one is told which.';

export const SERVE: ManualPage = {
  ...SERVER,
  usage: ['[--data FOLDER] [--new-identity]'],
  name: 'serve',
  summary: 'run KMS and cloud until Ctrl-C',
  description: [
    'Runs both servers for others; each is told of the other. Commands on this machine that work alone need no server: they bring both along.',
    SETTINGS,
  ],
  options: [dataOption('sealkeep-server'), NEW_IDENTITY],
  output: [
    'Where the servers are, once both answer, and the setup code of a KMS that nobody is registered at; what they log, on standard error. --json changes nothing.',
  ],
  examples: [
    ['sealkeep serve', 'runs both at http://127.0.0.1:3000 and :8800'],
    ['KMS_PORT=3001 sealkeep serve --data /srv/sealkeep', 'runs the KMS at another port'],
  ],
};

export const KMS: ManualPage = {
  ...SERVER,
  usage: ['[--data FOLDER] [--new-identity]'],
  name: 'kms',
  summary: 'run the KMS alone until Ctrl-C',
  description: ['Runs the key management server. KMS_CLOUD_URL says what its cloud is called.', SETTINGS],
  options: [dataOption('sealkeep-kms'), NEW_IDENTITY],
  output: [
    'Where it is, once it answers, and its setup code while nobody is registered; what it logs, on standard error. --json changes nothing.',
  ],
  examples: [['KMS_CLOUD_URL=https://cloud.example sealkeep kms', 'runs a KMS beside that cloud']],
};

export const CLOUD: ManualPage = {
  ...SERVER,
  name: 'cloud',
  summary: 'run the cloud alone until Ctrl-C',
  description: ['Runs the storage server. CLOUD_KMS_URL says what its KMS is called.', SETTINGS],
  options: [dataOption('sealkeep-cloud')],
  output: ['Where it is, once it answers; what it logs, on standard error. --json changes nothing.'],
  examples: [['CLOUD_KMS_URL=https://kms.example sealkeep cloud', 'runs a cloud beside that KMS']],
};
