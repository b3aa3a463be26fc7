import type { ManualPage } from './manual-page.ts';
import { dataOption } from './server-pages.ts';

const BACKUPS = {
  environment: ['SEALKEEP_HOME', 'KMS_*, CLOUD_*'],
  files: ['kms/, cloud/', '.env'],
} as const;

const PASSPHRASES =
  'The passphrase of the backup is asked for first, then those of root keys under a passphrase, where they are needed; where standard input is no terminal, one line of it is taken for each.';

export const BACKUP: ManualPage = {
  ...BACKUPS,
  name: 'backup',
  summary: 'back up what KMS and cloud keep into one sealed file',
  usage: ['--out FILE [--with-blobs] [--with-root-key] [--make-phrase] [--data FOLDER]'],
  description: [
    'Copies the databases of a data folder, of servers that may run meanwhile, with its names, profiles and settings, into a new file under a passphrase. What is in it fits together. Before the file gets its name, the databases in it are checked.',
    'It needs the settings that the servers have: they say where databases and blobs are. A server that would be left out (its database is not there, but something of it is in the data folder), or running servers that use other places, are refused. A folder that has only ever been of one server has only that one in its backup, which is said.',
    'Root keys are left out by default: who gets the file and its passphrase opens nothing without them.',
    PASSPHRASES,
  ],
  options: [
    {
      flags: '--out <file>',
      text: 'The file to make; nothing is overwritten. It has to be given.',
      isRequired: true,
    },
    {
      flags: '--with-blobs',
      text: 'Also the sealed files that people uploaded. Default: only what the database says of them; back up the folder of CLOUD_BLOBS by other means.',
    },
    {
      flags: '--with-root-key',
      text: 'Also the root keys, so that the file and its passphrase are all that is needed: a recovery kit. Default: never.',
    },
    {
      flags: '--make-phrase',
      text: 'Makes a phrase of 160 random bits, prints it once, and asks for none: write it down or print it. Default: a passphrase is asked for, twice at a terminal.',
    },
    dataOption('sealkeep-server'),
  ],
  output: [
    'What was backed up, where, and the phrase where one was made. With --json one line: {"file", "bytes", "servers", "blobs", "root_keys", "lost_blobs"} and with --make-phrase {"phrase"}, where lost_blobs counts files that the cloud lists and whose content is gone; then the exit code is 7.',
  ],
  exits: ['usage', 'refused', 'server', 'file', 'damaged', 'cancelled'],
  examples: [
    [
      'sealkeep backup --out /mnt/backup/monday.sealkeep-backup --with-blobs < passphrase.txt',
      'backs up both servers, from a timer',
    ],
    [
      'sealkeep backup --out kit.sealkeep-backup --with-root-key --make-phrase --data ~/.local/share/sealkeep',
      'makes a recovery kit of your own servers, and prints its phrase',
    ],
  ],
};

export const RESTORE: ManualPage = {
  ...BACKUPS,
  name: 'restore',
  arguments: '<file>',
  summary: 'put a backup in the place of what KMS and cloud keep',
  usage: ['FILE [--check] [--data FOLDER]'],
  description: [
    'Unpacks a backup inside the data folder, checks it (databases, migrations, and that the root key opens everything, where one is in the backup or in its place), and only then switches. What was there before is kept as before-restore-TIME in the data folder. Killed at any moment, it is the one or the other.',
    'What was sealed after the backup was made does not open any more, and can be neither verified nor uploaded: its keys are only in what was there before.',
    'The servers have to be stopped. What the backup does not hold stays as it is: root keys, and the uploaded files where the backup was made without them.',
    PASSPHRASES,
  ],
  options: [
    {
      flags: '--check',
      text: 'Checks everything and changes nothing. It takes as much room meanwhile. Default: it is restored.',
    },
    dataOption('sealkeep-server'),
  ],
  output: [
    'What was restored, of when, where what was there before is, and which server is not in the backup. With --json one line: {"data", "made_at", "servers", "restored", "former", "without_root_key", "files", "files_without_content", "wrong_audit_entry"}, where former is null where nothing was there, without_root_key lists the servers whose root key was not there to be tried, files counts those that the cloud’s database lists, and wrong_audit_entry is null where the audit log holds.',
  ],
  exits: ['usage', 'server', 'file', 'damaged', 'cancelled'],
  examples: [
    ['sealkeep restore monday.sealkeep-backup', 'restores what “sealkeep serve” uses'],
    ['sealkeep restore monday.sealkeep-backup --check --data /tmp/try', 'tries it on an empty folder'],
  ],
};
