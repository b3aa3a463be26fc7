export interface ManualOption {
  /** As commander parses it: `--out <folder>`. */
  readonly flags: string;
  /** What it does, its unit, and what holds without it. */
  readonly text: string;
  readonly isRequired?: true;
}

/** Options that stand before or after every command. */
export const COMMON_OPTIONS: readonly ManualOption[] = [
  {
    flags: '--kms <url>',
    text: 'The KMS to work with, together with --cloud; kept for the next commands. https:, or http: on this machine. Without it: the one used last, at first the data folder’s own.',
  },
  {
    flags: '--cloud <url>',
    text: 'The cloud to work with, together with --kms; kept for the next commands.',
  },
  { flags: '--own', text: 'Work with the servers of the data folder again, and keep to them.' },
  {
    flags: '--json',
    text: 'Print JSON, one object a line, and no bar. Errors are {"error": {"code", "message"}}. Default: text for people.',
  },
  { flags: '-h, --help', text: 'Show this page and end.' },
];

export const ENVIRONMENT = {
  SEALKEEP_HOME: 'The data folder. Default: “sealkeep” in the system’s place for application data.',
  SEALKEEP_PASSWORD: 'The password, in place of the prompt; taken out of the environment once it is read.',
  SEALKEEP_TOTP: 'A six-digit code, in place of the prompt; taken out of the environment once it is read.',
  SEALKEEP_LOG: 'What the servers log to standard error: debug, info, warn, error or silent. Default: warn.',
  'KMS_*, CLOUD_*': 'Settings of the servers, also read from .env in this folder; .env.example has them all.',
} as const;
export type EnvironmentName = keyof typeof ENVIRONMENT;

export const FILES = {
  'NAME.enc': 'A sealed file. Its first bytes say which resource it is and which KMS sealed it.',
  'NAME.key': 'Its wrapped key, name and size. If it gets lost, the registry’s copy takes its place.',
  'NAME.sealed/': 'A sealed folder: a pair for each file, and a sealed manifest of names, times and links.',
  'profiles.json': 'In the data folder: the servers of --kms and --cloud, and which were used last.',
  'login-….json': 'In the data folder: the login at those servers, and who was logged in there last.',
  'audit-….json':
    'In the data folder: where the audit log of those servers’ KMS stood when it was seen last.',
  'runs/':
    'In the data folder: where temporary files lie, so that the next start removes what a killed one left.',
  'kms/, cloud/':
    'In the data folder: the servers’ databases, root keys and blobs. “sealkeep backup” backs them up.',
  '.env': 'In this folder: settings, one NAME=VALUE a line.',
} as const;
export type FileName = keyof typeof FILES;

/** What every client command stands on. */
export const CLIENT = {
  environment: ['SEALKEEP_HOME'],
  files: ['profiles.json', 'login-….json'],
  exits: ['usage', 'login', 'refused', 'server', 'cancelled'],
} as const;

export const OUT = (what: string): ManualOption => ({
  flags: '--out <folder>',
  text: `The folder where ${what}; it must be there. Default: beside each.`,
});

/** @param work what the threads do. */
export const JOBS = (work: string): ManualOption => ({
  flags: '--jobs <n>',
  text: `How many threads ${work}, 1 to 64, of which no more are started than the machine has cores (two where it has one): of one large file they take its segments, of small ones whole files, and one group of files more than that is under way at a time. More than two seldom help, since the system takes writes to one file one after the other; each takes about 16 MB. Default: 2.`,
});

export const PER_FILE_JSON =
  'With --json one line for each: {"file", "out", "bytes", "ms"}, where bytes are those of the plaintext and ms the milliseconds from the first byte read to the last one durable (of a folder that is not all there also "left_out", how many things failed); or {"file", "error": {"code", "message"}}. Lines come in the order in which files are done.';

export const TERMINAL_OUTPUT =
  'One line for each on standard output. Where standard error is a terminal it shows a bar meanwhile: name or count, percentage, rate of the last five seconds and time left. What fails is a sentence on standard error; the others go on.';
