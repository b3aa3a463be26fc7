import { CLIENT, PER_FILE_JSON, TERMINAL_OUTPUT } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const FILE_EXITS = [...CLIENT.exits, 'file', 'damaged', 'several'] as const;

export const UPLOAD: ManualPage = {
  name: 'upload',
  arguments: '<files...>',
  summary: 'upload sealed files to the cloud',
  usage: ['FILE.enc…'],
  description: [
    'Uploads each .enc with the .key beside it, under the name that the .key says. The cloud gets ciphertext and wrapped key, and sees name and size. A file that was uploaded before and sealed anew takes the old one’s place.',
    'The cloud keeps single files: a folder is refused. The pairs of a sealed folder can be uploaded as files, as long as no two have the same name; the tree stays here.',
  ],
  options: [],
  output: [TERMINAL_OUTPUT, PER_FILE_JSON],
  exits: FILE_EXITS,
  environment: CLIENT.environment,
  files: ['NAME.enc', 'NAME.key', ...CLIENT.files],
  examples: [['sealkeep upload report.txt.enc', 'makes report.txt appear in “sealkeep list”']],
};

export const DOWNLOAD: ManualPage = {
  name: 'download',
  arguments: '<names...>',
  summary: 'download pairs from the cloud',
  usage: ['NAME… [--from USER] [--out FOLDER]', 'NAME --as NAME [--from USER] [--out FOLDER]'],
  description: [
    'Fetches NAME.enc and NAME.key by the names that “sealkeep list” shows. They are still sealed; “sealkeep decrypt” opens them. Nothing is overwritten.',
  ],
  options: [
    { flags: '--from <user>', text: 'Whose file it is, if it is shared with you. Default: yours.' },
    {
      flags: '--out <folder>',
      text: 'The folder where the pairs go; it must be there. Default: this folder.',
    },
    { flags: '--as <name>', text: 'What to call the file here; for one file. Default: its name.' },
  ],
  output: [TERMINAL_OUTPUT, PER_FILE_JSON],
  exits: FILE_EXITS,
  environment: CLIENT.environment,
  files: ['NAME.enc', 'NAME.key', ...CLIENT.files, 'runs/'],
  examples: [
    ['sealkeep download report.txt', 'makes report.txt.enc and report.txt.key'],
    ['sealkeep download plan.txt --from ana --as ana-plan.txt', 'fetches a file that ana shares'],
  ],
};

export const LIST: ManualPage = {
  name: 'list',
  summary: 'list files in the cloud',
  usage: ['[--shared]'],
  description: ['Shows your files in the cloud and with whom you share them, as the cloud says.'],
  options: [{ flags: '--shared', text: 'Show what others share with you. Default: your own.' }],
  output: [
    'One line for each file: when it changed (UTC), its size, its name, who may open it. With --json {"name", "size", "resource_name", "owner", "role", "shared_with", "key_version", "changed_at"}, the size in bytes.',
  ],
  exits: CLIENT.exits,
  environment: CLIENT.environment,
  files: CLIENT.files,
  examples: [
    ['sealkeep list', 'shows your files'],
    ['sealkeep list --shared --json | jq -r .name', 'names what others share with you'],
  ],
};

export const SHARE: ManualPage = {
  name: 'share',
  arguments: '<name>',
  summary: 'let somebody open one of your files in the cloud',
  usage: ['NAME --with USER [--until TIME]'],
  description: [
    'Writes a grant at the KMS, which lets that person’s unwraps pass, and a share at the cloud, which shows them the file. Sharing again changes the terms.',
  ],
  options: [
    {
      flags: '--with <user>',
      text: 'Who may open it: somebody else’s name at the same KMS.',
      isRequired: true,
    },
    {
      flags: '--until <time>',
      text: 'When it ends: a time to come, RFC 3339, as 2027-01-31T12:00:00Z. Default: when you stop it.',
    },
  ],
  output: ['One line. With --json {"name", "with", "role", "until"}.'],
  exits: CLIENT.exits,
  environment: CLIENT.environment,
  files: CLIENT.files,
  examples: [
    ['sealkeep share plan.txt --with ben', 'lets ben open plan.txt'],
    ['sealkeep share plan.txt --with ben --until 2027-01-31T12:00:00Z', 'lets ben open it until then'],
  ],
};

export const UNSHARE: ManualPage = {
  name: 'unshare',
  arguments: '<name>',
  summary: 'stop sharing a file',
  usage: ['NAME --with USER', 'FILE.enc --with USER'],
  description: [
    'Takes back the grant at the KMS, then the share at the cloud; the next unwrap is refused. What was opened before stays opened. With a .enc in place of the name it does not take the cloud to do it.',
  ],
  options: [{ flags: '--with <user>', text: 'Who may not open it any more.', isRequired: true }],
  output: ['One line. With --json {"name", "with"}.'],
  exits: [...CLIENT.exits, 'file', 'damaged'],
  environment: CLIENT.environment,
  files: CLIENT.files,
  examples: [['sealkeep unshare plan.txt --with ben', 'lets ben open plan.txt no more']],
};
