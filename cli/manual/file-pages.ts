import { CLIENT, JOBS, OUT, PER_FILE_JSON, TERMINAL_OUTPUT } from './common.ts';
import type { ManualPage } from './manual-page.ts';

const FILE_EXITS = [...CLIENT.exits, 'file', 'damaged', 'several'] as const;
const PIPE_JSON =
  'With - standard output has the bytes and nothing else: there is no line, and those of --json go to standard error, with "-" as "file" and "out".';

export const ENCRYPT: ManualPage = {
  name: 'encrypt',
  arguments: '<files...>',
  summary: 'seal files and folders',
  usage: [
    'FILE… [--out FOLDER] [--trash] [--jobs N]',
    'FOLDER… [--out FOLDER] [--trash] [--jobs N]',
    '- [--name NAME] [--keyfile FILE] < FILE > NAME.enc',
  ],
  description: [
    'Seals each file under a key (DEK) of its own, which the KMS wraps. NAME.enc and NAME.key appear beside the file or in --out, both at once and only when they are durable. The files stay as they are (but see --trash). Where a name is taken the pair is numbered, “NAME (2)”; nothing is overwritten. A file or folder that is named twice is sealed once; a link and what it leads to are two names. A file that somebody writes to meanwhile is sealed once more, and then refused; one that was written to within the last half second is waited for. A .enc that is sealed already and the .key beside it are left as they are, and said to be. A file’s permissions and times are not in its pair: opened, it is new and for its owner alone. Those of what is in a folder are kept.',
    'A folder becomes NAME.sealed: its files sealed one by one with the tree kept, and a sealed manifest with names, times, permissions, links and empty folders. Links are kept as links and never followed. What is sealed already is left as it is.',
    'With - it seals standard input, however long that is, and writes the .enc to standard output. The .key goes to the registry, and to --keyfile where given. The last segment is written only once the registry has the key: if the command fails, what was written opens as nothing, so look at the exit code. It takes - alone, neither end may be a terminal where bytes would not make sense, and memory stays flat.',
  ],
  options: [
    OUT('the pairs go'),
    {
      flags: '--trash',
      text: 'Then read each pair back, have the KMS unwrap its key, compare every byte with the file as it is now, and only then move the file to the system’s trash. A folder goes as one, and only if all of it is in the sealed folder as it is now: names, links, permissions and times as well, and what was sealed before byte for byte. Default: files and folders stay.',
    },
    JOBS('encrypt'),
    { flags: '--name <name>', text: 'With -: what the file is called. Default: stdin.' },
    {
      flags: '--keyfile <file>',
      text: 'With -: write the .key to this file too; it must not be there yet. Default: the registry alone has it.',
    },
  ],
  output: [
    TERMINAL_OUTPUT,
    PER_FILE_JSON,
    'With --trash a second one: {"file", "proved": {"segments", "bytes", "ms"}, "trashed"}, of a folder with "files" in "proved", where "trashed" is where the file lies now, or true where the system does not say.',
    PIPE_JSON,
  ],
  exits: FILE_EXITS,
  environment: CLIENT.environment,
  files: ['NAME.enc', 'NAME.key', 'NAME.sealed/', ...CLIENT.files, 'runs/'],
  examples: [
    ['sealkeep encrypt report.txt', 'makes report.txt.enc and report.txt.key'],
    ['sealkeep encrypt photos --out /mnt/stick', 'makes /mnt/stick/photos.sealed'],
    ['pg_dump shop | sealkeep encrypt - --name shop.sql > shop.sql.enc', 'seals what another program writes'],
    ['sealkeep encrypt *.pdf --json', 'prints a line of JSON for each file'],
  ],
};

export const DECRYPT: ManualPage = {
  name: 'decrypt',
  arguments: '<files...>',
  summary: 'open sealed files and sealed folders',
  usage: [
    'FILE.enc… [--out FOLDER] [--jobs N]',
    'FOLDER.sealed… [--out FOLDER] [--jobs N]',
    '- [--keyfile FILE] < FILE.enc > FILE',
  ],
  description: [
    'Opens each .enc with the .key beside it or, where there is none, with the registry’s copy, which it puts back. The KMS unwraps the key if the person is the owner or has the owner’s grant. The opened file appears beside the .enc or in --out, when all of it was checked and is durable; it is new and for its owner alone, whatever times and permissions it had. Nothing is overwritten: where the name is taken it becomes “NAME (2)”.',
    'A sealed folder comes back as it was, with its tree, times, permissions and links; a folder of pairs without a manifest is opened pair by pair. No link is made that leaves the folder.',
    'With - it opens a .enc from standard input to standard output. Only bytes of segments whose tag was checked are written. If the stream is damaged or ends too early, the good segments before that have been written already, a sentence says so on standard error, and the exit code is 7: whoever pipes must look at the exit code (in a shell: set -o pipefail) before believing the output.',
  ],
  options: [
    OUT('the opened files go'),
    JOBS('decrypt'),
    {
      flags: '--keyfile <file>',
      text: 'With -: the .key that belongs to the stream. Default: the registry’s copy.',
    },
  ],
  output: [TERMINAL_OUTPUT, PER_FILE_JSON, PIPE_JSON],
  exits: FILE_EXITS,
  environment: CLIENT.environment,
  files: ['NAME.enc', 'NAME.key', 'NAME.sealed/', ...CLIENT.files, 'runs/'],
  examples: [
    ['sealkeep decrypt report.txt.enc', 'makes report.txt, or “report (2).txt” where that is there'],
    ['sealkeep decrypt photos.sealed --out /tmp', 'makes /tmp/photos'],
    ['set -o pipefail; sealkeep decrypt - < shop.sql.enc | psql shop', 'opens into another program'],
  ],
};

export const VERIFY: ManualPage = {
  name: 'verify',
  arguments: '<files...>',
  summary: 'look through sealed files for damage without opening them',
  usage: [
    'FILE.enc… [--salvage [--out FOLDER]] [--jobs N]',
    'FOLDER… [--salvage [--out FOLDER]] [--jobs N]',
    '- [--keyfile FILE] < FILE.enc',
  ],
  description: [
    'Looks at every segment, as an opening would, and writes no plaintext. Of a damaged file it says which bytes of the .enc are bad and which bytes of the file are lost by it, and ends with 7.',
    'Of a folder it looks at every .enc below, manifests too; no link is followed. What a sealed folder’s manifest lists has to be there and be the file that it lists: what is missing or another one is told like any failure. With - it looks at standard input as it comes, and says how many bytes open before the first that do not.',
    '--salvage writes what still opens to “NAME (partial).ENDING”: as long as the file was, with zeros for what is lost; and the file under its own name where nothing is lost. A damaged beginning (the prelude) is made anew from the .key. A damaged stream header, the 40 bytes after it, leaves nothing that opens, but for its first byte, which is always the same.',
  ],
  options: [
    { flags: '--salvage', text: 'Write what still opens of a damaged file. Default: write nothing.' },
    OUT('salvaged files go'),
    JOBS('check'),
    {
      flags: '--keyfile <file>',
      text: 'With -: the .key that belongs to the stream. Default: the registry’s copy.',
    },
  ],
  output: [
    TERMINAL_OUTPUT,
    'With --json each file is one line: {"file", "bytes", "ms", "key": "beside" or "registry", "damage": []}. A damaged one has an "error" as well, and in "damage" {"kind", "enc": {"offset", "length"}, "plaintext": {"offset", "length"}}, in bytes, of kind "segments", "cut" (the file ends too early), "surplus" (it goes on), "prelude" or "stream-header" (of 40 bytes where no segment opens: they may be all that is damaged); a salvaged one {"partial": {"out"}}. A .key that does not fit stands under "key_error".',
  ],
  exits: FILE_EXITS,
  environment: CLIENT.environment,
  files: ['NAME.enc', 'NAME.key', ...CLIENT.files, 'runs/'],
  examples: [
    ['sealkeep verify *.enc', 'says of each whether it would open'],
    ['sealkeep verify photos.sealed', 'says of each file in the folder whether it would open'],
    ['sealkeep verify film.mp4.enc --salvage', 'writes “film (partial).mp4” if it is damaged'],
  ],
};

export const EXPORT_KEY: ManualPage = {
  name: 'export-key',
  arguments: '<file>',
  summary: 'print the key (DEK) of a sealed file, after a fresh code',
  usage: ['FILE.enc'],
  description: [
    'Has the KMS unwrap the file’s key for a person to keep. With it docs/opener.html opens the .enc in any browser, without a KMS, a cloud or a network, and without anybody who could refuse. The KMS asks for a fresh code of the authenticator, and its audit log keeps that the key was exported.',
    'Whoever has the key can open the file for good; keep it as safe as the file itself.',
  ],
  options: [],
  output: [
    'The key, one line of base64 on standard output; what to know about it on standard error. With --json {"file", "dek"}.',
  ],
  exits: [...CLIENT.exits, 'file', 'damaged'],
  environment: [...CLIENT.environment, 'SEALKEEP_TOTP'],
  files: ['NAME.enc', 'NAME.key', ...CLIENT.files],
  examples: [['sealkeep export-key will.pdf.enc', 'asks for a code and prints the key']],
};

export const VECTORS: ManualPage = {
  name: 'vectors',
  arguments: '<file>',
  summary: 'run a file of Tink streaming vectors through our own cipher',
  usage: ['FILE.json'],
  description: [
    'Shows that Sealkeep’s segments are those of Tink’s streaming AEAD (AES256_GCM_HKDF). It needs no server and no login.',
  ],
  options: [],
  output: [
    'Each vector that fails on standard error; at the end “N passed, M failed”. --json changes nothing.',
  ],
  exits: ['usage', 'file', 'failed', 'cancelled'],
  environment: [],
  files: [],
  examples: [['sealkeep vectors test/vectors/tink-stream.json', 'ends with 1 if one of them fails']],
};
