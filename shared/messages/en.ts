import type { ErrorCode } from '../errors/codes.ts';
import type { ErrorDetails } from '../errors/error.ts';
import { fillSentence } from './fill.ts';

/**
 * The sentences of errors in English: what happened, to which file, what to do. `{name}` is filled from the error's
 * details, `{name:one|several}` by whether that detail is 1; a part in `[…]` is left out where its detail is missing. They name no command and no button: a window shows
 * them as well as a terminal, which adds the hints of `cli/hints.ts`.
 */
export const ERROR_SENTENCES: Record<ErrorCode, string> = {
  INTERNAL:
    'Something went wrong inside Sealkeep; nothing was changed. Please try again[, and quote request {request}].',
  REQUEST_INVALID: 'The server did not accept the request[: {reason}].',
  REQUEST_NOT_JSON: 'The server takes JSON only.',
  REQUEST_TOO_LARGE: 'That is more than the server takes in one request.',
  ROUTE_NOT_FOUND: 'The server does not know that address.',
  METHOD_NOT_ALLOWED: 'The server does not take that method here.',
  ADDRESS_REFUSED: 'The server does not take calls from this address; ask whoever runs it to allow it.',
  HOST_REFUSED: 'The server is not called by that name; use the address that it was set up with.',
  ORIGIN_REFUSED: 'The server does not take calls from that page.',
  LAUNCH_SECRET_REFUSED:
    "These servers belong to a running Sealkeep and take calls from its own person's programs only.",
  RATE_LIMITED:
    'The server got more calls from here than it takes; please wait[ {retry_after} {retry_after:second|seconds}] and try again.',
  STORE_UNAVAILABLE: 'The server cannot reach its database right now; please try again in a moment.',
  STORE_FULL:
    'The disk of the server is full, so nothing was changed. It goes on by itself once there is room again; tell whoever runs it.',
  STORE_LOST:
    "The server's disk failed while the request was written, so nobody knows whether it was done. The server stops; look whether it was done once it runs again, and tell whoever runs it.",
  SERVER_BUSY:
    'The server has more to do than it can take in; nothing was changed. Try again in a moment[, {retry_after} s from now].',
  ISSUER_UNAVAILABLE:
    'The server cannot reach the one that issued your token right now; please try again in a moment.',

  CLOUD_UNAVAILABLE:
    'The KMS cannot ask its cloud right now what still hangs on this key version; nothing was changed. Please try again in a moment.',

  REGISTRATION_CLOSED: 'This KMS takes nobody new without an invitation right now; ask whoever runs it.',
  SETUP_REQUIRED:
    'Nobody is registered at this KMS yet. The first person registers on the machine that it runs on, or with the setup code that it printed when it was last started.',
  SETUP_CODE_REFUSED:
    'That is not the setup code of this KMS. It prints the code at each start, and each start makes another; look at what it printed when it was last started, or register on that machine.',
  INVITATION_REFUSED:
    'That invitation is not good: it was used, withdrawn, or is too old. Ask whoever gave it for another.',
  USER_NAME_TAKEN: 'The name {user|you chose} is taken; choose another.',
  REGISTRATION_UNDER_WAY:
    'Somebody began to register under the name {user|you chose} and has not finished. If that was you, give the same password again; if not, choose another name, or wait 15 minutes: it is free then unless they finish or begin again.',
  ENROLMENT_REFUSED:
    'That code is not right, or the registration is too old. Check the clock of your phone, or register again.',
  LOGIN_REFUSED:
    'Name, password or code is not right, or the code was used before. Check the clock of your phone and try the next code.',
  LOGIN_THROTTLED:
    'Too many failed attempts; please wait[ {retry_after} {retry_after:second|seconds}] and try again.',
  CODE_REFUSED:
    'That code is not right, or was used before. Check the clock of your phone and try the next code.',
  LOGIN_ENDED: 'This login has ended; log in again.',
  REFRESH_REFUSED: 'This login has ended; log in again.',
  LOGIN_NOT_FOUND: 'There is no such login.',
  AUTHENTICATION_INVALID: 'The KMS does not accept this login any more; log in again.',
  ACCOUNT_PENDING: 'Your account waits for approval by an administrator of this KMS; ask one of them.',
  ACCOUNT_DISABLED: 'An administrator of this KMS has disabled your account; ask one of them.',
  ACCOUNT_NEEDED:
    '{count|Some} sealed {count:file still hangs|files still hang} on your keys and would never open again; nothing was deleted.',

  ADMINISTRATOR_REQUIRED: 'Only an administrator of this KMS may do that.',
  ADMINISTRATOR_LAST:
    'That is the only active administrator of this KMS. Make somebody else administrator first.',
  USER_NOT_FOUND: 'There is no such person at this KMS.',
  USER_STATE: 'The state that this account is in does not allow that[: {status}].',
  INVITATION_NOT_FOUND: 'There is no such invitation (any more).',

  SESSION_ENDED:
    'The secure session with the KMS has ended, and this was not sent again by itself; please try again.',
  SESSION_KEY_REFUSED: 'The KMS did not take the key for a secure session; please try again.',
  SESSION_TOKEN_TAKEN: 'That client token is in use already; choose another.',
  SESSION_ROTATED_TOO_OFTEN:
    'The client token was changed too often; please wait[ {retry_after} {retry_after:second|seconds}] and try again.',
  SESSION_LIMIT:
    'There are too many secure sessions at this KMS; please wait[ {retry_after} {retry_after:second|seconds}] and try again.',
  SESSION_MESSAGE_REFUSED:
    'The KMS refused a message of the secure session: it may have come before, or was changed on the way. It was not sent again by itself; please try again.',
  CIPHERTEXT_REFUSED: 'The ciphertext is damaged or does not belong to this secure session.',
  SESSION_REQUIRED: 'The KMS answers that inside a secure session only.',

  AUTHORIZATION_INVALID:
    "The KMS does not accept the cloud's authorization token; KMS and cloud may not belong together.",
  EMAIL_MISMATCH: 'The cloud answered for another person than the one who is logged in at the KMS.',
  GUEST_REFUSED: 'This KMS does not take guests.',
  DELEGATION_REFUSED: 'The delegation does not cover this file.',
  ROLE_REFUSED: 'Your role does not allow this.',
  KACLS_URL_MISMATCH: 'The authorization token is meant for another KMS.',
  OWNER_DOMAIN_MISMATCH: 'The authorization token belongs to another organisation.',
  REALM_MISMATCH: 'The tokens do not belong together.',
  PERIMETER_REFUSED: 'The rules of this KMS do not allow this here.',
  RESOURCE_MISMATCH: 'This wrapped key belongs to another file.',
  GRANT_MISSING:
    'The KMS refused: {file|this file} is not yours and its owner does not share it with you (any more). Ask them.',
  PRIVILEGE_MISSING: 'Only who is named in this KMS’s settings may do this.',
  PEER_REFUSED: 'This KMS does not take keys over from there.',
  PEER_FAILED: 'The key service that holds the key did not give it out; nothing was changed.',
  PEER_TIMEOUT: 'The key service that holds the key took too long to answer; please try again.',
  WRAPPED_KEY_INVALID:
    'The wrapped key of {file|this file} opens nothing here: it is damaged or was not made by this KMS, the file was given up, or the KMS was restored from a backup made before it was sealed. If its .key lies beside it, move that away and Sealkeep takes the copy from the registry.',
  KEY_VERSION_DISABLED:
    'The key version that {file|this file} hangs on was revoked. Its owner can seal the file anew, or wait until the KMS has rewrapped it.',
  KEY_VERSION_DESTROYED:
    'The key version that {file|this file} hangs on was destroyed; a wrapped key made before that opens nothing.',
  KEY_NOT_FOUND: 'There is no such key, or no such version of it.',
  KEY_VERSION_STATE: 'The state that this version of the key is in does not allow that[: {status}].',
  KEY_VERSION_NEEDED:
    '{count|Some} wrapped {count:key still hangs|keys still hang} on this version; nothing was changed.',
  KEY_LIMIT: 'You have as many keys at this KMS as one person may have[: {limit}].',
  KEY_ROTATED_TOO_OFTEN:
    'This key was rotated too often today; please wait[ {retry_after} {retry_after:second|seconds}] and try again.',
  GRANT_NOT_FOUND: 'That is not shared (any more).',
  GRANT_USER_UNKNOWN: 'Nobody at this KMS is called {user|that}.',
  GRANT_NOT_OWNER: 'Only the owner of a file can share it or give it up.',

  ESCROW_NOT_OWN: 'Only {user|that person} can store and fetch the keys in escrow there.',
  ESCROW_EMPTY: 'There is no such key in escrow.',
  ESCROW_FULL:
    'There are {limit|as many} keys in escrow already, which is as many as the KMS keeps for one person.',

  CLOUD_TOKEN_INVALID: 'The cloud does not accept this login; log in again.',
  CLOUD_NOT_FOUND:
    'The cloud knows no {file|such file} of yours, nor one that is shared with you (any more).',
  CLOUD_RESOURCE_TAKEN: 'The cloud already has such a resource; try again.',
  CLOUD_NAME_TAKEN:
    'Another of your files in the cloud is called {name|that}; give the original file another name and seal it again.',
  CLOUD_PAIR_INVALID: 'The two files are not a pair; upload the .enc with the .key that was made with it.',
  CLOUD_PRECONDITION_FAILED: 'The file in the cloud changed in the meantime; download it again.',
  CLOUD_RANGE_REFUSED: 'The file in the cloud is shorter than that.',
  CLOUD_QUOTA_EXCEEDED: 'There is no room left in the cloud.',

  SERVER_UNREACHABLE: 'The {service|server} at {url} does not answer. Is it running?',
  SERVER_TIMEOUT: 'The {service|server} at {url} took too long to answer; please try again.',
  SERVER_ANSWER_INVALID:
    'The {service|server} at {url} answered something that Sealkeep does not understand; nothing was changed.',
  SERVER_IDENTITY_CHANGED:
    'The {service|server} at {url} is not the one that this folder knows: its keys are new. If whoever runs it replaced it on purpose, start with an empty data folder; if not, somebody may stand between.',
  SERVER_NOT_SEALKEEP: 'What answers at {url} is no Sealkeep {service|server}; check the address.',
  SERVER_TOO_NEW: 'The {service|server} at {url} was made by a newer Sealkeep; update this one.',
  SERVER_TOO_OLD:
    'The {service|server} at {url} is too old for this Sealkeep; ask whoever runs it to update.',
  SERVER_ADDRESS_REFUSED: '{url} is no address for a server: it must be https:, or http: on this machine.',
  AUDIT_LOG_BROKEN:
    'The audit log of the KMS no longer holds what it held[: from entry {seq} on it is another]. Entries were changed, dropped or put in, or the KMS was restored from a backup; ask whoever runs it before you go on.',
  AUDIT_CHECKPOINT_REFUSED:
    'The KMS shows an audit log whose signature does not hold, so nothing of it is believed. Ask whoever runs it.',
  AUDIT_EXPORT_INVALID: '{file|This file} is no export of an audit log[: line {line} cannot be read].',
  NOT_LOGGED_IN: 'Nobody is logged in here; log in or make an account first.',

  FILE_NOT_FOUND: 'There is no file {file}.',
  FILE_NOT_READABLE: '{file} cannot be read; check its permissions.',
  FILE_PAGE_GONE: 'The page that held {file} is gone. Add it again to go on.',
  FILE_NOT_A_FILE: '{file} is not a plain file.',
  FILE_NOT_A_FOLDER: '{file} is not a folder.',
  FILE_IS_A_FOLDER:
    '{file} is a folder, and the cloud keeps single files. Upload the .enc files of the sealed folder instead, each by its own name.',
  FILE_LINK_LEAVES:
    'The link {file} leads out of its folder or in a circle, so it was left out. What it leads to was not touched.',
  FILE_CHANGED: '{file} changed while it was read, so nothing was written; try again when it is at rest.',
  FILE_NOT_SEALED: '{file} is not a sealed file (.enc) of Sealkeep.',
  FILE_NOT_SEALED_FOLDER: '{file} is not a sealed folder: there is no sealed file (.enc) in it.',
  FILE_SEALED_ALREADY: '{file} is sealed already, so it was left as it is. To seal it anew, open it first.',
  FILE_IS_A_KEY: '{file} is the key file of a sealed file, so it was left as it is.',
  FILE_MISPLACED:
    '{file} is another sealed file than the one that was put there when the folder was sealed, so it was not opened with it. Put the right one back, or open it by itself.',
  FILE_MANIFEST_MISSING:
    'The manifest of {file} is missing. What is sealed in there opens without it, but links, empty folders, times and permissions are in the manifest alone, and nothing says whether files are missing.',
  FILE_MANIFEST_DAMAGED:
    '{file}, the manifest of its folder, is damaged or was changed, so nothing was opened. Put back another copy of it. If there is none, move it and its .key out of the folder: the files open one by one then, without links, empty folders, times and permissions.',
  FILE_DAMAGED:
    '{file} is damaged or was changed, so nothing was opened. Fetch another copy, for example from the cloud.',
  FILE_TOO_NEW: '{file} was made by a newer Sealkeep; update this one to open it.',
  FILE_TOO_LARGE: '{file} is too large for the format.',
  FILE_OTHER_KMS:
    '{file} was sealed with another KMS, {kacls_url}; it opens with the servers of that KMS only.',
  FILE_FORGOTTEN:
    '{file|This file} is yours, but the cloud knows nothing of it. So it is with what was sealed after the backup that KMS and cloud were restored from: its key went with what the backup did not hold, so it cannot be opened, checked or uploaded, unless whoever runs them puts back what was there before the restore. If you have the original, seal it anew.',
  FILE_NAME_REFUSED:
    'The name {name} cannot be used here: it has characters that not every system takes[ ({character})], is reserved, or is too long. Give the file another name.',
  FILE_NAMELESS:
    '{file} is the top of a disk, which has no name that a sealed folder could take. Seal the folders in it.',
  FILE_PATH_TOO_LONG: '{file} lies too deep: the path to it is too long. Shorten names on the way to it.',
  KEY_FILE_INVALID:
    '{file} is not a readable .key file; remove it and Sealkeep takes the copy from the registry.',
  KEY_FILE_TOO_NEW: '{file} was made by a newer Sealkeep; update this one to use it.',
  KEY_FILE_MISMATCH:
    '{file} and its .enc name different resources: either it is the .key of another sealed file, or the beginning of the .enc is damaged. Keep both: a damaged .enc needs its own .key.',
  KEY_FILE_ALTERED:
    'Name, size or date in {file} were changed after it was made; remove it and Sealkeep takes the copy from the registry.',
  KEY_MISSING: 'There is no .key beside {file} and the cloud has no copy for you.',
  STREAM_NOT_WRITABLE:
    '{file|The output} takes no more[ ({reason})]; its disk may be full. What was written there is not whole.',
  STREAM_DAMAGED:
    '{file|The stream} is damaged or ends too early. What was handed on[, {bytes} {bytes:byte|bytes},] is as it was sealed, but it is not the whole file.',
  PROOF_FAILED:
    'The sealed file does not hold what {file} holds now, so {file} stays where it is. Seal it again.',
  PROOF_INCOMPLETE:
    'The sealed folder does not have {file} as it is now, so the folder stays where it is. Seal the folder again; what cannot be sealed has to be moved out of it first.',
  PROOF_OUTDATED:
    '{file} has changed since it was proved. The original stays where it is or, if something else took its name meanwhile, whole in the trash.',
  TRASH_UNAVAILABLE: 'There is no trash here that {file} could be moved to, so it stays where it is.',
  TRASH_FAILED: '{file} could not be moved to the trash, so it stays where it is.',
  TRASH_HOLDS:
    '{file} lies in the folder that was to go to the trash and would go along, so the folder stays where it is.',
  OUTPUT_NO_SPACE:
    'There is no space left in {folder}; nothing was written. Free some, or choose another folder.',
  OUTPUT_FOLDER_REFUSED:
    'Choose a folder inside your home folder that is not hidden and is no program’s own; {folder} is not such a folder.',
  OUTPUT_FOLDER_MISSING: 'There is no folder {folder}. Make it first, or choose another.',
  OUTPUT_NOT_WRITABLE: 'Sealkeep may not write into {folder}; choose another folder.',
  OUTPUT_TAKEN: 'There is a file {file} already; nothing is overwritten.',
  GRANT_LEFT:
    'The cloud did not take the share, and the KMS could not be told to forget it: {user} may open the file until you stop sharing it.',
  SHARE_LEFT:
    'The KMS lets {user} open it no more. The cloud did not take part and may still list it as shared; try again later.',
  JOB_QUEUE_FULL:
    'No more than {limit} jobs can wait at once. Wait until some are done, then add these again.',
  REWRAP_UNFINISHED:
    '{count|Some} wrapped {count:key still hangs|keys still hang} on former versions, and nothing moves: the cloud may be away, or keeps no copy of {count:it|them}. The KMS tries again by itself. The files stay safe.',
  JOB_CANCELLED: 'Cancelled. What was done before stays; of the rest nothing was left behind.',

  DATA_FOLDER_BUSY:
    'Another Sealkeep is using the data folder {folder}[: process {pid}][, since {since}][, with the KMS at {kms}][ and the cloud at {cloud}]. Stop it, or wait until it has ended, and try again.',
  DATA_FOLDER_UNUSABLE: 'The data folder {folder} cannot be used: {reason}.',
  ROOT_KEY_IN_KEYCHAIN:
    "The key that opens this data folder is in the system's keychain, where only the Sealkeep app reads it. Start the app and try again; nothing was changed.",
  ROOT_KEY_UNREADABLE:
    "The system's keychain does not give the key that opens this data folder ({file}). Unlock the keychain, or log in to the system as the one who set Sealkeep up, and start again; nothing was changed.",
  ROOT_KEY_TAKEN: 'There is a root key at {file} already; nothing was overwritten.',
  ROOT_KEY_CHANGE_UNFINISHED:
    'A change of the root key to {next|another} was begun here and not finished; until it is, no server starts. Finish it first. The root key from before is still needed, too.',
  ROOT_PASSPHRASE_REFUSED: 'That is not the passphrase of the root key {file}; nothing was changed.',
  BACKUP_NOTHING: 'There is no database of a KMS or a cloud in {folder}, so there is nothing to back up.',
  BACKUP_UNKNOWN: '{file} is no backup that this Sealkeep knows; nothing was changed.',
  BACKUP_DAMAGED:
    '{file|The backup} is damaged or was changed[: {reason}]; nothing was restored. Take another copy of it, or an older backup.',
  BACKUP_TOO_NEW:
    '{file|The backup} was made by a newer Sealkeep; update this one to restore it. Nothing was changed.',
  BACKUP_PASSPHRASE_REFUSED: 'That is not the passphrase of the backup {file}; nothing was changed.',
  CONFIG_INVALID: 'The setting {name} is not usable: {reason}.',
  PORT_TAKEN: 'The address {address} is in use by another program; stop it or set another {name}.',
  USAGE: '{reason}',
};

/** The sentence for a person, filled in. A missing detail shows its fallback, `{file|this file}`, or an ellipsis. */
export function errorSentence(code: ErrorCode, details: ErrorDetails): string {
  return fillSentence(ERROR_SENTENCES[code], details);
}
