import { z } from 'zod';

/**
 * What a backup is made of, once it is decrypted (docs/backup.md): entries one after the other, each the length of its
 * header (u32, big-endian), the header as JSON, and as many bytes as that says. Names are paths in a data folder.
 */
export const HEADER_LENGTH_BYTES = 4;
export const MAX_HEADER_BYTES = 1024;

/** The first entry, which says what the others are. */
export const MANIFEST_NAME = 'backup.json';
export const SETTINGS_NAME = 'settings.env';
/** Small files of a data folder that say what its servers are called, and what its person chose. */
export const SMALL_FILES = ['names.json', 'profiles.json', 'settings.json'] as const;
export const BLOBS_FOLDER = 'cloud/blobs';

export const databaseName = (server: ServerName) => `${server}/${server}.sqlite`;
export const rootKeyName = (server: ServerName) => `${server}/keys/root.key`;

export const SERVER_NAMES = ['kms', 'cloud'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

const NAMES: ReadonlySet<string> = new Set([
  MANIFEST_NAME,
  SETTINGS_NAME,
  ...SMALL_FILES,
  ...SERVER_NAMES.map(databaseName),
  ...SERVER_NAMES.map(rootKeyName),
]);
const BLOB_NAME = /^cloud\/blobs\/[\w-]{22}$/;

/** Nothing else is taken out of a backup, whoever made it. */
export const entryHeader = z.object({
  name: z.string().refine((name) => NAMES.has(name) || BLOB_NAME.test(name)),
  bytes: z.number().int().min(0),
});
export type EntryHeader = z.infer<typeof entryHeader>;

export const backupManifest = z.object({
  version: z.literal(1),
  /** Sealkeep's. */
  sealkeep: z.string(),
  made_at: z.iso.datetime(),
  servers: z.array(z.enum(SERVER_NAMES)),
  has_blobs: z.boolean(),
  has_root_keys: z.boolean(),
});
export type BackupManifest = z.infer<typeof backupManifest>;
