import { CLIENT } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const SECRETS =
  'Secrets come from prompts, from the environment or, where standard input is no terminal, as its lines in the order of the prompts; never from arguments.';

export const REGISTER: ManualPage = {
  name: 'register',
  arguments: '<name>',
  summary: 'make an account: a password, an authenticator to scan, ten recovery codes',
  usage: ['NAME [--invitation]'],
  description: [
    'Makes an account at the KMS, shows the secret for an authenticator app, asks for its first code, and logs in. Keep the ten recovery codes: each logs you in once when the phone is lost. The first code can’t come from SEALKEEP_TOTP, since nobody knows it before. Whoever does not get that far (Ctrl-C, a wrong code) says it again with the same password, and gets a new secret to scan; for others the name is taken until then, or for 15 minutes.',
    'The first person of a KMS becomes its administrator; they register on its machine, or with the setup code that it printed when it was last started. Where an administrator has to approve, nobody is logged in yet.',
    SECRETS,
  ],
  options: [
    {
      flags: '--invitation',
      text: 'Ask for an invitation, or the setup code of a KMS, before the password. Default: register without one.',
    },
  ],
  output: [
    'What to scan, and the recovery codes. With --json {"otp_uri"}, then, when the six digits came as a line of standard input, {"recovery_codes": […]}, with "status": "pending" where an administrator has to approve.',
  ],
  exits: CLIENT.exits,
  environment: [...CLIENT.environment, 'SEALKEEP_PASSWORD'],
  files: [...CLIENT.files, 'kms/, cloud/'],
  examples: [
    ['sealkeep register ana', 'makes an account at the data folder’s own servers'],
    ['sealkeep register ana --kms https://kms.example --cloud https://cloud.example', 'makes one elsewhere'],
  ],
};

export const LOGIN: ManualPage = {
  name: 'login',
  arguments: '<name>',
  summary: 'log in with password and code',
  usage: ['NAME [--recovery]'],
  description: ['Logs in at the KMS; the login in this data folder before it is forgotten.', SECRETS],
  options: [
    {
      flags: '--recovery',
      text: 'Ask for one of the recovery codes, which is good once. Default: a code of the authenticator.',
    },
  ],
  output: [
    'One line, and what an administrator did to the account meanwhile. With --json {"user"}, with "notices": [{"kind": "authenticator_reset", "at", "by"}] where there are any.',
  ],
  exits: CLIENT.exits,
  environment: [...CLIENT.environment, 'SEALKEEP_PASSWORD', 'SEALKEEP_TOTP'],
  files: CLIENT.files,
  examples: [['sealkeep login ana', 'asks for password and code']],
};

export const LOGOUT: ManualPage = {
  name: 'logout',
  summary: 'end this login, at the KMS and here',
  usage: [''],
  description: ['Ends the login of this data folder at the KMS, and forgets its tokens.'],
  options: [],
  output: ['One line. With --json {}.'],
  exits: CLIENT.exits,
  environment: CLIENT.environment,
  files: CLIENT.files,
  examples: [['sealkeep logout', 'ends the login']],
};

export const STATUS: ManualPage = {
  name: 'status',
  summary: 'say where KMS and cloud are, whether they answer, and who is logged in',
  usage: [''],
  description: ['Asks both servers who they are. Nothing changes.'],
  options: [],
  output: [
    'A few lines. With --json {"data_folder", "servers": "own" or {"kms", "cloud"}, "user": a name or null}, and an "error" where a server does not answer.',
  ],
  exits: CLIENT.exits,
  environment: CLIENT.environment,
  files: CLIENT.files,
  examples: [['sealkeep status', 'shows what the next command works with']],
};
