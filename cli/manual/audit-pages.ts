import { CLIENT } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const LOG = { ...CLIENT, files: [...CLIENT.files, 'audit-….json'] } as const;

export const AUDIT: ManualPage = {
  ...LOG,
  name: 'audit',
  summary: 'list what you did at the KMS and what was done with your files',
  usage: [
    '[--actor NAME] [--operation NAME] [--resource NAME] [--decision WHICH] [--from TIME] [--to TIME] [--limit N]',
  ],
  description: [
    'Lists entries of the KMS’s audit log, newest first: what you did, whatever name of yours was tried, and what others did with resources of yours. An administrator sees all. Filters take whole values, and narrow that.',
  ],
  options: [
    { flags: '--actor <name>', text: 'Only what somebody of that name did. Default: anybody.' },
    {
      flags: '--operation <name>',
      text: 'Only that operation, such as wrap, unwrap, login or create-grant. Default: all.',
    },
    { flags: '--resource <name>', text: 'Only what was done with that resource. Default: all.' },
    { flags: '--decision <which>', text: 'Only what was allowed, or only what was refused. Default: both.' },
    {
      flags: '--from <time>',
      text: 'Only from that time on, such as 2027-01-31T12:00:00Z. Default: from the first.',
    },
    { flags: '--to <time>', text: 'Only before that time. Default: to the newest.' },
    { flags: '--limit <n>', text: 'How many at the most. Default: 50.' },
  ],
  output: [
    'One line for each: its number, the time (UTC), who, what, allowed or the error’s code, the address it came from, the resource, and the caller’s own words. One entry may stand for many calls that came without a token, with their number. With --json the entry as its hash is made of it.',
  ],
  examples: [
    ['sealkeep audit', 'lists the newest 50'],
    [
      'sealkeep audit --operation unwrap --from 2027-01-31T00:00:00Z',
      'lists who opened your files since then',
    ],
  ],
};

export const AUDIT_VERIFY: ManualPage = {
  ...LOG,
  name: 'audit verify',
  summary: 'verify that nothing of the audit log was changed, dropped, put in or moved',
  usage: ['[--whole]', '--file EXPORT [--key THUMBPRINT]', '--data-folder FOLDER [--key THUMBPRINT]'],
  description: [
    'Without options it follows the log at the KMS from where this machine saw it last to the newest checkpoint that the KMS signed, checks every hash and signature, and remembers that one. Each login does the same. A log that no longer holds what was seen fails, whatever signs it now.',
    'With --file or --data-folder it needs neither server nor login: it looks at a whole export, or at the database of a KMS, which it only reads, and names the first entry that was changed, dropped, put in or moved, and each checkpoint that fails.',
    'Somebody who can write a log can make all of it anew, without checkpoints. So a log fails, too, of which nothing is signed, or which goes on for a thousand entries after its newest checkpoint, more than a KMS ever leaves: with --data-folder always, with --file where --key says who has to have signed it.',
    'Somebody who has database and root key of a KMS can make another log that holds by itself. Only what others have seen of it speaks against that: their machines, and exports that were kept elsewhere.',
  ],
  options: [
    {
      flags: '--whole',
      text: 'Look at the log at the KMS from its first entry on. Default: from where it was seen last.',
    },
    {
      flags: '--file <export>',
      text: 'Look at a file that “audit export” made. Default: the log at the KMS.',
    },
    {
      flags: '--data-folder <folder>',
      text: 'Look at the database of the KMS whose data folder that is, or which KMS_DATABASE_URL names. Default: the log at the KMS.',
    },
    {
      flags: '--key <thumbprint>',
      text: 'The key that checkpoints have to be signed with, as the KMS’s /.well-known/jwks.json has it under sealkeep-checkpoint+jws. Default: whichever signed the first one.',
    },
  ],
  output: [
    'What was looked at, what is wrong, and up to which entry it is signed. With --json, of the log at the KMS {"from", "entries", "signed_up_to"}; else {"entries", "first_wrong": {"seq", "kind"} or null, "checkpoints", "failed_checkpoints": [{"seq", "why"}], "signed_up_to", "is_signed", "key"}. Where anything is wrong it ends with 7.',
  ],
  exits: ['usage', 'login', 'refused', 'server', 'file', 'damaged', 'cancelled'],
  environment: [...CLIENT.environment, 'KMS_*, CLOUD_*'],
  files: [...LOG.files, 'kms/, cloud/'],
  examples: [
    ['sealkeep audit verify', 'follows the log from where it was seen last'],
    ['sealkeep audit verify --file log.jsonl', 'verifies an export, anywhere'],
    ['sealkeep audit verify --data-folder /srv/sealkeep', 'verifies a server’s log, running or not'],
  ],
};

export const AUDIT_EXPORT: ManualPage = {
  ...LOG,
  name: 'audit export',
  summary: 'write the audit log to a file, for keeping and for verifying it elsewhere',
  usage: ['--out FILE'],
  description: [
    'Writes the whole log as JSON Lines: the entries that you may read with what verifies them, hashes of the others, and all checkpoints. Nothing is overwritten. docs/audit-log.md explains the format, and has a program of a few dozen lines that verifies it without Sealkeep.',
  ],
  options: [
    {
      flags: '--out <file>',
      text: 'The file to write, which must not be there yet. It has to be given.',
      isRequired: true,
    },
  ],
  output: [
    'One line. With --json {"file", "entries", "readable", "checkpoints"}, where readable counts the entries in clear.',
  ],
  exits: ['usage', 'login', 'refused', 'server', 'file', 'cancelled'],
  examples: [['sealkeep audit export --out log.jsonl', 'writes log.jsonl']],
};

export const AUDIT_FORGET: ManualPage = {
  ...LOG,
  name: 'audit forget',
  summary: 'forget what was seen of an audit log, and trust it anew',
  usage: [''],
  description: [
    'For a KMS that was restored from a backup: its log lacks what was seen since, so that logins end with that. Make sure of that first, with whoever runs it. The next login keeps what the KMS signs then, as at first contact. No server is asked.',
  ],
  options: [],
  output: ['One line. With --json {"forgotten": the entry up to which it was seen, or null}.'],
  exits: ['usage', 'file', 'cancelled'],
  examples: [['sealkeep audit forget', 'forgets it for the servers that were used last']],
};
