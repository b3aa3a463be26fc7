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
  cancelled: 130,
} as const;

export const EXIT_CODE_HELP = `
Exit codes:
  0    done
  1    failed for a reason not listed here
  2    the command was not understood, or a setting is wrong
  3    nobody is logged in, or the login was refused or has ended
  4    the KMS or the cloud refused
  5    a server does not answer, or not as it should
  6    a file or folder cannot be read, written or named so
  7    a file is damaged, was changed, or does not belong together
  130  cancelled`;

type Kind = keyof typeof EXIT_CODES;

/** The first pattern that a code fits decides. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^(USAGE|CONFIG_INVALID|PORT_TAKEN|SERVER_ADDRESS_REFUSED|REQUEST_INVALID)$/, 'usage'],
  [
    /^(NOT_LOGGED_IN|LOGIN_|CODE_|REFRESH_|AUTHENTICATION_|ENROLMENT_|CLOUD_TOKEN_|USER_NAME_|REGISTRATION_)/,
    'login',
  ],
  [/^JOB_CANCELLED$/, 'cancelled'],
  [/^(SERVER_|STORE_UNAVAILABLE|ISSUER_UNAVAILABLE)/, 'server'],
  [
    /^(FILE_DAMAGED|FILE_NOT_SEALED|FILE_TOO_NEW|FILE_CHANGED|KEY_FILE_|WRAPPED_KEY_|CLOUD_PAIR_|PROOF_)/,
    'damaged',
  ],
  [/^(FILE_OTHER_KMS|KEY_MISSING)$/, 'refused'],
  [/^(FILE_|OUTPUT_|TRASH_|DATA_FOLDER_)/, 'file'],
  [/^(INTERNAL)$/, 'failed'],
];

/** Whatever is left are refusals of KMS and cloud. */
export function exitCodeOf(code: ErrorCode): number {
  const kind = KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? 'refused';
  return EXIT_CODES[kind];
}
