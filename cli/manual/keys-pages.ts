import { LIMITS } from '../../shared/limits.ts';
import { CLIENT, type ManualOption } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const KEY: ManualOption = {
  flags: '--key <key>',
  text: 'The key that the version is of, as “sealkeep keys” shows it. Default: your first, which wraps all that commands seal.',
};

const YES: ManualOption = {
  flags: '--yes',
  text: 'It is meant: ask nothing. Default: ask at the terminal, and refuse where there is none.',
};

const CODE =
  'It takes a fresh six-digit code: from SEALKEEP_TOTP, a prompt, or a line of standard input. A code is good once.';

const STATE_JSON =
  'With --json {"key", "version", "status", "until"}, where until is when the status ends, or null.';

const REWRAPPING =
  'The KMS rewraps in the background what hangs on versions that wrap no more; this command stays until it is through, or nothing moves for five seconds. Ctrl-C ends the waiting and nothing else.';

const COMMON = {
  exits: CLIENT.exits,
  environment: CLIENT.environment,
  files: CLIENT.files,
} as const;
const WITH_CODE = { ...COMMON, environment: [...CLIENT.environment, 'SEALKEEP_TOTP'] } as const;

export const KEYS: ManualPage = {
  ...COMMON,
  name: 'keys',
  summary: 'list your keys at the KMS, their versions, and how much hangs on each',
  usage: [''],
  description: [
    'The KMS has a key of yours that wraps the keys of your files. It has versions: the active one wraps, the others are on their way out. A version is “readable” until its days of grace are over and nothing hangs on it, then “retired”; both open what hangs on them. A “disabled” one opens nothing, but what hangs on it can be rewrapped under the active one. One whose “destruction” is “scheduled” does neither, and “destroyed” is for good.',
    'What is done to them are commands of their own: keys generate, rotate, revoke, enable, retire, destroy, keep, needing, shred. Each has a manual page.',
  ],
  options: [],
  output: [
    'For each key its id, and a line for each version: when it was made (UTC), its status and until when, and how many wrapped keys hang on it. Then how many files need a new key. With --json one line for each key: {"key", "created_at", "is_first", "versions": [{"version", "status", "created_at", "until", "needed"}], "needing_new_key"}; a status is active, readable, retired, disabled, destruction_scheduled or destroyed.',
  ],
  examples: [
    ['sealkeep keys', 'shows your keys and their versions'],
    [
      'sealkeep keys --json | jq .needing_new_key',
      'says how many files hang, or hung, on a version that was revoked',
    ],
  ],
};

export const KEYS_GENERATE: ManualPage = {
  ...COMMON,
  name: 'keys generate',
  summary: 'make a further key at the KMS, beside your first',
  usage: [''],
  description: [
    `Makes a key that wraps only for calls of the KMS’s API that name it (key_id of /wrap). What commands and the window seal goes on hanging on your first key. It has versions and is rotated like the first; nothing ever removes it, and a person has ${LIMITS.keks} keys at most.`,
  ],
  options: [],
  output: ['One line with its id. With --json {"key", "version", "status"}.'],
  examples: [['sealkeep keys generate', 'makes a further key and shows its id']],
};

export const KEYS_ROTATE: ManualPage = {
  ...COMMON,
  name: 'keys rotate',
  arguments: '[key]',
  summary: 'make a new version of a key, which wraps from now on',
  usage: ['[KEY]'],
  description: [
    'Makes a new version active. The one before opens for some more days, as the KMS is set, and is retired after them by itself once nothing hangs on it. No file has to be sealed again. Without KEY it is your first key; before one that begins with a dash stands --.',
    `A key is rotated ${LIMITS.rotationsInADay} times a day at most.`,
    REWRAPPING,
  ],
  options: [],
  output: [
    'Which version wraps now, and whether anything still hangs on others. With --json {"key", "version", "status"}.',
  ],
  examples: [['sealkeep keys rotate', 'lets a new version of your first key wrap']],
};

export const KEYS_REVOKE: ManualPage = {
  ...WITH_CODE,
  name: 'keys revoke',
  arguments: '<version>',
  summary: 'disable a version of a key, so that it opens nothing',
  usage: ['VERSION [--key KEY]'],
  description: [
    `Disables one version, for when somebody may have come by it. The active one is rotated away at the same moment. ${CODE}`,
    'Its files open again as soon as they are rewrapped. But whoever has the version may have their keys, so each of them needs a new one: “sealkeep keys needing” can list them. Open such a file, seal what comes of it, and give the old one up with “sealkeep keys shred”.',
    REWRAPPING,
  ],
  options: [KEY],
  output: [`What became of it, and whether anything still hangs on versions before. ${STATE_JSON}`],
  examples: [['sealkeep keys revoke 1', 'lets version 1 open nothing any more']],
};

export const KEYS_ENABLE: ManualPage = {
  ...WITH_CODE,
  name: 'keys enable',
  arguments: '<version>',
  summary: 'let a disabled version open again',
  usage: ['VERSION [--key KEY]'],
  description: [
    `Takes a revocation back. The version is readable then, as after a rotation; it does not wrap again. ${CODE}`,
  ],
  options: [KEY],
  output: [`One line. ${STATE_JSON}`],
  examples: [['sealkeep keys enable 1', 'lets version 1 open what hangs on it']],
};

export const KEYS_RETIRE: ManualPage = {
  ...COMMON,
  name: 'keys retire',
  arguments: '<version>',
  summary: 'retire a readable version before its days of grace are over',
  usage: ['VERSION [--key KEY]'],
  description: [
    'A retired version still opens, but is not counted on any more: it can be destroyed. Refused while anything hangs on it; “sealkeep keys needing VERSION” lists what does. The KMS retires versions by itself once their days of grace are over.',
  ],
  options: [KEY],
  output: [`One line. ${STATE_JSON}`],
  examples: [['sealkeep keys retire 1', 'retires version 1, if nothing hangs on it']],
};

export const KEYS_DESTROY: ManualPage = {
  ...WITH_CODE,
  name: 'keys destroy',
  arguments: '<version>',
  summary: 'have a version destroyed, some days from now',
  usage: ['VERSION [--days N] [--yes] [--key KEY]'],
  description: [
    `Schedules the destruction of a version that is retired or disabled and that nothing hangs on. From now on it opens nothing; until its day comes “sealkeep keys keep” takes that back. ${CODE}`,
    'After that day no copy of a wrapped key that hangs on it ever opens again, wherever it lies. Files are not lost by that as long as the registry keeps their wrapped keys, which it has under a newer version; what it never took is still counted, and this is refused.',
  ],
  options: [
    {
      flags: '--days <n>',
      text: 'In how many days it is to be destroyed, 7 to 30. Default: 30.',
    },
    YES,
    KEY,
  ],
  output: [
    `What it means, on standard error, and then when it is going to be destroyed (UTC). ${STATE_JSON}`,
  ],
  examples: [
    ['sealkeep keys destroy 1', 'asks, and has version 1 destroyed in 30 days'],
    ['sealkeep keys destroy 1 --days 7 --yes', 'asks for a code only, and does it in 7 days'],
  ],
};

export const KEYS_KEEP: ManualPage = {
  ...COMMON,
  name: 'keys keep',
  arguments: '<version>',
  summary: 'take back that a version is to be destroyed',
  usage: ['VERSION [--key KEY]'],
  description: [
    'Cancels a scheduled destruction, as long as its day has not come. The version is disabled then: it opens nothing until “sealkeep keys enable”.',
  ],
  options: [KEY],
  output: [`One line. ${STATE_JSON}`],
  examples: [['sealkeep keys keep 1', 'lets version 1 stay']],
};

export const KEYS_NEEDING: ManualPage = {
  ...COMMON,
  name: 'keys needing',
  arguments: '[version]',
  summary: 'list what hangs on a version, or which files need a new key',
  usage: ['[VERSION] [--new-key] [--key KEY]'],
  description: [
    'Lists what the KMS counts: a wrapped key hangs on a version until it is rewrapped under another, or you give the file up. Without VERSION it is all that hangs on the key.',
  ],
  options: [
    {
      flags: '--new-key',
      text: 'List only files whose own key was wrapped by a version that was revoked since. Default: all that hangs on it.',
    },
    KEY,
  ],
  output: [
    'One line for each wrapped key: the version, the name that the file was registered with in the cloud, uploaded or not (– where the cloud does not know it; a sealed folder’s manifest is a file, too), and the resource’s name. With --json {"resource_name", "generation", "version", "name": a name or null}, where generation counts how often the file’s key was wrapped.',
  ],
  examples: [
    ['sealkeep keys needing 1', 'lists what hangs on version 1'],
    ['sealkeep keys needing --new-key', 'lists files to seal again'],
  ],
};

export const KEYS_SHRED: ManualPage = {
  ...WITH_CODE,
  name: 'keys shred',
  arguments: '<names...>',
  summary: 'give files up for good: no copy of them opens ever again',
  usage: ['NAME… [--yes]'],
  description: [
    `Has the KMS destroy its own part of the files’ keys, and what is counted for them. No copy of them opens then, wherever it lies and whoever has it. Nothing takes that back. ${CODE}`,
    'NAME is a name that “sealkeep list” shows, a .enc on this disk, which is looked at first, or a resource’s name as “sealkeep keys needing” shows it. The sealed bytes stay, here and in the cloud. All of the files are given up or none; 1,000 at once at most.',
  ],
  options: [YES],
  output: [
    'What it means, on standard error, and then how many files were given up: one that was before counts no more. With --json {"files", "shredded"}.',
  ],
  exits: [...CLIENT.exits, 'file', 'damaged'],
  examples: [
    ['sealkeep keys shred plan.txt', 'asks, and gives plan.txt up'],
    ['sealkeep keys shred old/plan.txt.enc --yes', 'gives up the file that was sealed there'],
  ],
};
