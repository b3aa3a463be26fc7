import type { ErrorCode } from '../shared/errors/codes.ts';

/** What a script can tell from how a command ended. `--help` lists them; their numbers never change. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  usage: 2,
  login: 3,
  refused: 4,
  server: 5,
  file: 6,
  damaged: 7,
  several: 8,
  cancelled: 130,
} as const;

export type ExitKind = keyof typeof EXIT_CODES;

/** What `--help` says of them. */
export const EXIT_MEANINGS: Record<ExitKind, string> = {
  done: 'done',
  failed: 'failed for a reason not listed here',
  usage: 'the command was not understood, or a setting is wrong',
  login: 'nobody is logged in, or the login was refused or has ended',
  refused: 'the KMS or the cloud refused',
  server: 'a server does not answer, or not as it should',
  file: 'a file or folder cannot be found, read, written (no space) or named so',
  damaged: 'a file or an audit log is damaged, was changed, or does not belong together',
  several: 'several files failed, for reasons of different kinds',
  cancelled: 'cancelled: by Ctrl-C, or because nobody reads the output any more',
};

/** All of them, as `sealkeep --help` lists them. */
export const EXIT_CODE_HELP = [
  'Exit codes:',
  ...Object.entries(EXIT_MEANINGS).map(([kind, meaning]) => exitLine(kind as ExitKind, meaning)),
].join('\n');

function exitLine(kind: ExitKind, meaning: string): string {
  return `  ${String(EXIT_CODES[kind]).padEnd(3)}  ${meaning}`;
}

/** The first pattern that a code fits decides. */
const KINDS: readonly (readonly [RegExp, ExitKind])[] = [
  [
    /^(USAGE|CONFIG_INVALID|PORT_TAKEN|ROOT_PASSPHRASE_REFUSED|BACKUP_PASSPHRASE_REFUSED|SERVER_ADDRESS_REFUSED|REQUEST_INVALID)$/,
    'usage',
  ],
  [
    /^(NOT_LOGGED_IN|LOGIN_|CODE_|REFRESH_|AUTHENTICATION_|ENROLMENT_|CLOUD_TOKEN_|USER_NAME_|REGISTRATION_|SETUP_|INVITATION_REFUSED|ACCOUNT_(?:PENDING|DISABLED))/,
    'login',
  ],
  [/^JOB_CANCELLED$/, 'cancelled'],
  [
    /^(SERVER_|SESSION_|STORE_UNAVAILABLE|STORE_FULL|STORE_LOST|ISSUER_UNAVAILABLE|ROOT_KEY_CHANGE_)/,
    'server',
  ],
  [
    /^(FILE_DAMAGED|FILE_MANIFEST_DAMAGED|STREAM_DAMAGED|FILE_NOT_SEALED|FILE_TOO_NEW|FILE_CHANGED|KEY_FILE_|WRAPPED_KEY_|CLOUD_PAIR_|PROOF_|AUDIT_|BACKUP_DAMAGED|BACKUP_UNKNOWN|BACKUP_TOO_NEW)/,
    'damaged',
  ],
  [/^(FILE_OTHER_KMS|FILE_FORGOTTEN|KEY_MISSING)$/, 'refused'],
  [/^(FILE_|STREAM_NOT_WRITABLE$|OUTPUT_|TRASH_|DATA_FOLDER_|ROOT_KEY_TAKEN|BACKUP_NOTHING)/, 'file'],
  [/^(INTERNAL)$/, 'failed'],
];

/** Whatever is left are refusals of KMS and cloud. */
export function exitCodeOf(code: ErrorCode): number {
  const kind = KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? 'refused';
  return EXIT_CODES[kind];
}

/** What a command ends with that has failed before: one kind of failure is that kind, and who cancels has cancelled. */
export function combinedExitCode(present: number, next: number): number {
  if (present === EXIT_CODES.done || present === next) return next;
  if (next === EXIT_CODES.done) return present;
  return [present, next].includes(EXIT_CODES.cancelled) ? EXIT_CODES.cancelled : EXIT_CODES.several;
}
