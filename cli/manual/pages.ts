import { LOGIN, LOGOUT, REGISTER, STATUS } from './account-pages.ts';
import { AUDIT, AUDIT_EXPORT, AUDIT_FORGET, AUDIT_VERIFY } from './audit-pages.ts';
import { BACKUP, RESTORE } from './backup-pages.ts';
import { DOWNLOAD, LIST, SHARE, UNSHARE, UPLOAD } from './cloud-pages.ts';
import { DECRYPT, ENCRYPT, EXPORT_KEY, VECTORS, VERIFY } from './file-pages.ts';
import {
  KEYS,
  KEYS_DESTROY,
  KEYS_ENABLE,
  KEYS_GENERATE,
  KEYS_KEEP,
  KEYS_NEEDING,
  KEYS_RETIRE,
  KEYS_REVOKE,
  KEYS_ROTATE,
  KEYS_SHRED,
} from './keys-pages.ts';
import type { ManualPage } from './manual-page.ts';
import {
  ACCOUNT,
  ACCOUNT_DELETE,
  ACCOUNT_END,
  ACCOUNT_NEW_AUTHENTICATOR,
  ACCOUNT_PASSWORD,
  ACCOUNT_RECOVERY_CODES,
  ACCOUNT_RESET,
} from './own-account-pages.ts';
import {
  INVITE,
  INVITE_LIST,
  INVITE_WITHDRAW,
  USERS,
  USERS_APPROVE,
  USERS_DECLINE,
  USERS_DISABLE,
  USERS_ENABLE,
  USERS_RESET,
  USERS_ROLE,
} from './people-pages.ts';
import { CHANGE_ROOT_KEY, KEYGEN } from './root-key-pages.ts';
import { CLOUD, KMS, SERVE } from './server-pages.ts';

/** What `sealkeep --help` says before the commands. */
export const OVERVIEW = {
  summary: 'seals files on your own machine: a key per file, and a key service that can refuse each opening',
  description: [
    'Without --kms and --cloud, commands work with the servers used last, and at first with servers of their own in the data folder (SEALKEEP_HOME, or the system’s place for application data).',
    'Secrets come from prompts, from SEALKEEP_PASSWORD and SEALKEEP_TOTP, or as lines of standard input; never from arguments.',
    'Ctrl-C ends a command politely: no half file is left. A second one ends it at once; what it leaves is removed at the next start.',
  ],
  options: [{ flags: '-V, --version', text: 'Print the version and end.' }],
} as const;

/** Every command's page, in the order of `sealkeep --help`. */
export const PAGES = {
  serve: SERVE,
  kms: KMS,
  cloud: CLOUD,
  keygen: KEYGEN,
  'change-root-key': CHANGE_ROOT_KEY,
  backup: BACKUP,
  restore: RESTORE,
  register: REGISTER,
  login: LOGIN,
  logout: LOGOUT,
  status: STATUS,
  encrypt: ENCRYPT,
  decrypt: DECRYPT,
  verify: VERIFY,
  'export-key': EXPORT_KEY,
  upload: UPLOAD,
  download: DOWNLOAD,
  list: LIST,
  share: SHARE,
  unshare: UNSHARE,
  keys: KEYS,
  'keys generate': KEYS_GENERATE,
  'keys rotate': KEYS_ROTATE,
  'keys revoke': KEYS_REVOKE,
  'keys enable': KEYS_ENABLE,
  'keys retire': KEYS_RETIRE,
  'keys destroy': KEYS_DESTROY,
  'keys keep': KEYS_KEEP,
  'keys needing': KEYS_NEEDING,
  'keys shred': KEYS_SHRED,
  account: ACCOUNT,
  'account end': ACCOUNT_END,
  'account password': ACCOUNT_PASSWORD,
  'account new-authenticator': ACCOUNT_NEW_AUTHENTICATOR,
  'account reset': ACCOUNT_RESET,
  'account recovery-codes': ACCOUNT_RECOVERY_CODES,
  'account delete': ACCOUNT_DELETE,
  users: USERS,
  'users approve': USERS_APPROVE,
  'users decline': USERS_DECLINE,
  'users disable': USERS_DISABLE,
  'users enable': USERS_ENABLE,
  'users role': USERS_ROLE,
  'users reset': USERS_RESET,
  invite: INVITE,
  'invite list': INVITE_LIST,
  'invite withdraw': INVITE_WITHDRAW,
  audit: AUDIT,
  'audit verify': AUDIT_VERIFY,
  'audit export': AUDIT_EXPORT,
  'audit forget': AUDIT_FORGET,
  vectors: VECTORS,
} as const satisfies Record<string, ManualPage>;

export type CommandName = keyof typeof PAGES;
