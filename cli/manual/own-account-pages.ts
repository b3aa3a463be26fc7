import { CLIENT } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const COMMON = { exits: CLIENT.exits, environment: CLIENT.environment, files: CLIENT.files } as const;
const WITH_CODE = { ...COMMON, environment: [...CLIENT.environment, 'SEALKEEP_TOTP'] } as const;
const WITH_BOTH = {
  ...COMMON,
  environment: [...CLIENT.environment, 'SEALKEEP_PASSWORD', 'SEALKEEP_TOTP'],
} as const;

const CODES_JSON =
  'With --json {"otp_uri"}, then, when the first six digits came as a line of standard input, {"recovery_codes": […]}.';

export const ACCOUNT: ManualPage = {
  ...COMMON,
  name: 'account',
  summary: 'list your logins; new password, authenticator, recovery codes; deletion',
  usage: [''],
  description: [
    'Lists the devices where you are logged in at the KMS. A login lives for as long as its device uses it, until it is ended.',
    'What you can do to your account are commands of their own: account end, password, new-authenticator, reset, recovery-codes, delete. Each has a manual page.',
  ],
  options: [],
  output: [
    'For each login its id, when it last renewed its tokens (UTC), and what its device is called. With --json one line for each: {"id", "device_name", "created_at", "last_used_at", "current"}.',
  ],
  examples: [['sealkeep account', 'shows where you are logged in']],
};

export const ACCOUNT_END: ManualPage = {
  ...COMMON,
  name: 'account end',
  arguments: '[login]',
  summary: 'end a login of yours, or all others',
  usage: ['LOGIN', '--others'],
  description: [
    'Ends a login, so that its device is refused from its next call on: for one that was lost, for example. An id that begins with a dash stands after --.',
  ],
  options: [
    {
      flags: '--others',
      text: 'End all logins but the one here, in place of a single one. Default: the one that is named.',
    },
  ],
  output: ['How many ended. With --json {"ended"}.'],
  examples: [['sealkeep account end --others', 'leaves you logged in here only']],
};

export const ACCOUNT_PASSWORD: ManualPage = {
  ...WITH_BOTH,
  name: 'account password',
  summary: 'change your password',
  usage: [''],
  description: [
    'Asks for your password, a new one and a fresh six-digit code. All your logins but the one here end. SEALKEEP_PASSWORD is the present password; the new one is typed twice, or comes as a line of standard input.',
  ],
  options: [],
  output: ['One line. With --json {"user"}.'],
  examples: [['sealkeep account password', 'asks for all three']],
};

export const ACCOUNT_NEW_AUTHENTICATOR: ManualPage = {
  ...WITH_BOTH,
  name: 'account new-authenticator',
  summary: 'put a new authenticator in the place of yours',
  usage: ['[--recovery]'],
  description: [
    'Asks for your password and a code, shows the secret for an authenticator app, and asks for its first code. Until that was right the present authenticator works; with it all your logins end and you get ten new recovery codes. It takes 15 minutes at most.',
  ],
  options: [
    {
      flags: '--recovery',
      text: 'Ask for one of the recovery codes, which is good once. Default: a code of the present authenticator.',
    },
  ],
  output: [`What to scan, and the recovery codes. ${CODES_JSON}`],
  examples: [['sealkeep account new-authenticator', 'sets up the new phone by the old one']],
};

export const ACCOUNT_RESET: ManualPage = {
  ...COMMON,
  environment: [...CLIENT.environment, 'SEALKEEP_PASSWORD'],
  name: 'account reset',
  arguments: '<name>',
  summary: 'set up a new authenticator by a code that an administrator gave you',
  usage: ['NAME'],
  description: [
    'For when the authenticator and the recovery codes are lost. Asks for your password and the code that an administrator made with “sealkeep users reset”, shows the secret for an authenticator app, and asks for its first code. With that all your logins end and you get ten new recovery codes. The administrator’s code is good once: who does not finish within 15 minutes needs another.',
  ],
  options: [],
  output: [`What to scan, and the recovery codes. ${CODES_JSON}`],
  examples: [['sealkeep account reset ana', 'asks for password and code']],
};

export const ACCOUNT_RECOVERY_CODES: ManualPage = {
  ...WITH_CODE,
  name: 'account recovery-codes',
  summary: 'make ten new recovery codes',
  usage: [''],
  description: ['Makes ten recovery codes after a fresh six-digit code; those from before are good no more.'],
  options: [],
  output: ['The codes, once. With --json {"recovery_codes": […]}.'],
  examples: [['sealkeep account recovery-codes', 'replaces the list that was lost']],
};

export const ACCOUNT_DELETE: ManualPage = {
  ...WITH_BOTH,
  name: 'account delete',
  summary: 'delete your account and all its keys, for good',
  usage: ['[--accept-loss] [--yes]'],
  description: [
    'Deletes your account at the KMS after password and code: every version of your keys is destroyed, what you shared and what others shared with you ends, and so do all your logins. The name stays taken. Files that hang on your keys never open again, wherever copies lie, so it is refused while there are any. What you uploaded stays in the cloud.',
    'The only administrator goes last: somebody else has to be made administrator first.',
  ],
  options: [
    {
      flags: '--accept-loss',
      text: 'Give up all files that hang on your keys. Default: nothing is deleted while there are any.',
    },
    {
      flags: '--yes',
      text: 'It is meant: ask nothing. Default: ask at the terminal, and refuse where there is none.',
    },
  ],
  output: ['One line. With --json {"user"}.'],
  examples: [['sealkeep account delete', 'deletes an account that no file hangs on']],
};
