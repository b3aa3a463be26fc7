import type { ErrorCode } from '../shared/errors/codes.ts';

const LOG_IN = '"sealkeep login" does that.';
const OUT = '--out names it.';
const OTHER_FOLDER = { DATA_FOLDER_BUSY: '--data names another one.' } as const;

/** What a terminal adds to an error's sentence: the command or option that helps. */
export const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  LOGIN_ENDED: LOG_IN,
  REFRESH_REFUSED: LOG_IN,
  AUTHENTICATION_INVALID: LOG_IN,
  CLOUD_TOKEN_INVALID: LOG_IN,
  NOT_LOGGED_IN: 'Use "sealkeep login NAME" or "sealkeep register NAME".',
  KEY_NOT_FOUND: '"sealkeep keys" shows what there is.',
  KEY_VERSION_STATE: '"sealkeep keys" shows the states of all of them.',
  KEY_VERSION_NEEDED: '"sealkeep keys needing VERSION" lists them.',
  ACCOUNT_NEEDED: '--accept-loss gives them up with the account.',
  ADMINISTRATOR_LAST: '"sealkeep users role NAME administrator" does that.',
  INVITATION_REFUSED: '"sealkeep invite" makes one.',
  INVITATION_NOT_FOUND: '"sealkeep invite list" shows those that there are.',
  LOGIN_NOT_FOUND: '"sealkeep account" shows those that there are.',
  REGISTRATION_CLOSED: 'With one, "sealkeep register NAME --invitation" asks for it.',
  SETUP_CODE_REFUSED: '"sealkeep serve" prints it; a service has it in its log (journalctl).',
  SETUP_REQUIRED: '"sealkeep register NAME --invitation" asks for it.',
  USER_STATE: '"sealkeep users" shows the states of all.',
  USER_NOT_FOUND: '"sealkeep users" shows who there is.',
  CLOUD_NOT_FOUND: '"sealkeep list" shows what there is.',
  SERVER_UNREACHABLE: '"sealkeep status" shows the addresses.',
  FILE_DAMAGED: '"sealkeep download" does that; "sealkeep verify --salvage" keeps what is left of this one.',
  FILE_NOT_SEALED: 'If it has a .key, "sealkeep verify" finds out whether only its beginning is damaged.',
  FILE_TOO_NEW: 'If it is not, "sealkeep verify" finds out whether its beginning is damaged.',
  KEY_FILE_MISMATCH:
    '"sealkeep verify" finds out which, and with --salvage opens a .enc whose beginning is damaged.',
  RESOURCE_MISMATCH: '"sealkeep verify" finds out whether the .enc is damaged.',
  FILE_OTHER_KMS: '--kms and --cloud choose them.',
  ROOT_KEY_CHANGE_UNFINISHED: '"sealkeep change-root-key" with that as --to does it.',
  OUTPUT_NO_SPACE: OUT,
  OUTPUT_NOT_WRITABLE: OUT,
};

/** What helps with one command only, in place of that. */
const HINTS_OF: Readonly<Record<string, Partial<Record<ErrorCode, string>>>> = {
  download: {
    FILE_NAME_REFUSED: '--as gives another one.',
    CLOUD_NOT_FOUND:
      '"sealkeep list" shows your files, "sealkeep list --shared" those of others, which --from NAME downloads.',
  },
  serve: OTHER_FOLDER,
  kms: OTHER_FOLDER,
  cloud: OTHER_FOLDER,
  'keys destroy': {
    KEY_VERSION_STATE:
      'Only a version that is retired or disabled can be destroyed; "sealkeep keys" shows the states.',
  },
  'keys enable': {
    KEY_VERSION_STATE: 'Only a version that is disabled can be enabled; "sealkeep keys" shows the states.',
  },
  'keys keep': {
    KEY_VERSION_STATE:
      'Only a version that is going to be destroyed can be kept; "sealkeep keys" shows the states.',
  },
  'keys retire': {
    KEY_VERSION_STATE: 'Only a version that is readable can be retired; "sealkeep keys" shows the states.',
  },
  'users approve': { USER_STATE: 'Only who waits for approval can be approved.' },
  'users decline': { USER_STATE: 'Only who waits for approval can be declined.' },
  'users disable': { USER_STATE: 'Only who is active, or waits for approval, can be disabled.' },
  'users enable': { USER_STATE: 'Only who is disabled can be enabled.' },
};

/** @param running the command that failed: whoever has just used it needs another one. */
export function hintFor(code: ErrorCode, running?: string): string | undefined {
  const hint = HINTS_OF[running ?? '']?.[code] ?? HINTS[code];
  return running !== undefined && hint?.includes(`"sealkeep ${running}"`) ? undefined : hint;
}
