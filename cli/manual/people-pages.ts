import { CLIENT } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const COMMON = { exits: CLIENT.exits, environment: CLIENT.environment, files: CLIENT.files } as const;
const WITH_CODE = { ...COMMON, environment: [...CLIENT.environment, 'SEALKEEP_TOTP'] } as const;

const CODE = 'It takes a fresh six-digit code of yours, which is good once.';
const STATE = 'One line. With --json {"user", "state"}.';

export const USERS: ManualPage = {
  ...COMMON,
  name: 'users',
  summary: 'list who has an account at the KMS; approve, decline, disable, change roles',
  usage: [''],
  description: [
    'For administrators. A role is member or administrator; the first person of a KMS is administrator. A state is enrolling (registered, not confirmed yet), pending (waits for approval), active, disabled or deleted.',
    'What you can do to somebody are commands of their own: users approve, decline, disable, enable, role, reset. Each has a manual page.',
  ],
  options: [],
  output: [
    'For each their name, role, state, when they were last seen (UTC) and how many logins they have. With --json one line for each: {"id", "user", "role", "state", "created_at", "last_seen_at": a time or null, "logins"}.',
  ],
  examples: [['sealkeep users', 'shows everybody']],
};

export const USERS_APPROVE: ManualPage = {
  ...COMMON,
  name: 'users approve',
  arguments: '<name>',
  summary: 'let somebody in who waits for approval',
  usage: ['NAME'],
  description: ['For administrators. Whoever is approved may log in from then on.'],
  options: [],
  output: [STATE],
  examples: [['sealkeep users approve ben', 'lets ben log in']],
};

export const USERS_DECLINE: ManualPage = {
  ...COMMON,
  name: 'users decline',
  arguments: '<name>',
  summary: 'turn somebody away who waits for approval',
  usage: ['NAME'],
  description: [
    'For administrators. Their registration goes with all that belongs to it, and their name is free again. Who is in already is not declined, but disabled.',
  ],
  options: [],
  output: ['One line. With --json {"user", "state": "deleted"}.'],
  examples: [['sealkeep users decline ben', 'removes ben, who never was in']],
};

export const USERS_DISABLE: ManualPage = {
  ...COMMON,
  name: 'users disable',
  arguments: '<name>',
  summary: 'log somebody out, and let them in no more',
  usage: ['NAME'],
  description: [
    'For administrators. All their logins end, and their next call at the KMS is refused; so they open and seal nothing from then on. The cloud does not ask the KMS at each call: for ten minutes at most a login of theirs that it knows can still list, download, upload and delete there, sealed files all of them. What they shared stays open to others. The only active administrator cannot be disabled.',
  ],
  options: [],
  output: [STATE],
  examples: [['sealkeep users disable ben', 'lets ben open nothing any more']],
};

export const USERS_ENABLE: ManualPage = {
  ...COMMON,
  name: 'users enable',
  arguments: '<name>',
  summary: 'let somebody in again who was disabled',
  usage: ['NAME'],
  description: ['For administrators. They have to log in anew; what was shared with them opens again.'],
  options: [],
  output: [STATE],
  examples: [['sealkeep users enable ben', 'lets ben log in again']],
};

export const USERS_ROLE: ManualPage = {
  ...WITH_CODE,
  name: 'users role',
  arguments: '<name> <role>',
  summary: 'make somebody administrator, or a member again',
  usage: ['NAME member|administrator'],
  description: [
    `For administrators. It counts from their next call on. The only active administrator stays one. ${CODE}`,
  ],
  options: [],
  output: ['One line. With --json {"user", "role"}.'],
  examples: [['sealkeep users role ben administrator', 'makes ben an administrator']],
};

export const USERS_RESET: ManualPage = {
  ...WITH_CODE,
  name: 'users reset',
  arguments: '<name>',
  summary: 'make a code for somebody who lost their authenticator',
  usage: ['NAME'],
  description: [
    `For administrators. Makes a code that replaces the authenticator of somebody who lost it and their recovery codes, together with their password: “sealkeep account reset”. Be sure who it is that you hand it to. It is good once and for 24 hours; one that was made before is good no more. Their next login tells them that it was made, and by whom. ${CODE}`,
  ],
  options: [],
  output: ['The code, once. With --json {"user", "reset_code", "until"}.'],
  examples: [['sealkeep users reset ben', 'makes a code for ben']],
};

export const INVITE: ManualPage = {
  ...COMMON,
  name: 'invite',
  summary: 'make an invitation, by which one person may register',
  usage: ['[--days N]'],
  description: [
    'For administrators. Whoever registers with the invitation needs no approval, and where KMS_REGISTRATION is invite nobody registers without one. “sealkeep invite list” shows those that are good, “sealkeep invite withdraw” ends one.',
  ],
  options: [{ flags: '--days <n>', text: 'For how many days it is good, 1 to 30. Default: 7.' }],
  output: [
    'The invitation, once, and the command that whoever gets it registers with. With --json {"id", "invitation", "until", "kms", "cloud"}; the addresses are null where the servers are those of the data folder.',
  ],
  examples: [['sealkeep invite --days 1', 'makes one that is good until tomorrow']],
};

export const INVITE_LIST: ManualPage = {
  ...COMMON,
  name: 'invite list',
  summary: 'list the invitations that are good',
  usage: [''],
  description: ['For administrators. What was handed over is not shown again.'],
  options: [],
  output: [
    'For each its id, who made it and until when it is good (UTC). With --json one line for each: {"id", "by", "created_at", "until"}.',
  ],
  examples: [['sealkeep invite list', 'shows what is handed out and was not used']],
};

export const INVITE_WITHDRAW: ManualPage = {
  ...COMMON,
  name: 'invite withdraw',
  arguments: '<id>',
  summary: 'end an invitation before it is used',
  usage: ['ID'],
  description: [
    'For administrators. Whoever has begun to register with it can’t finish. An id that begins with a dash stands after --.',
  ],
  options: [],
  output: ['One line. With --json {"id"}.'],
  examples: [['sealkeep invite withdraw 3q2-7wAAAAAAAAAAAAAAAA', 'ends that one']],
};
