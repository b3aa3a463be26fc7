import { open } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, syncFolder } from '../../core/durable/folder.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type BackupManifest, BLOBS_FOLDER, backupManifest, MANIFEST_NAME } from './entries.ts';
import { type ReadEntry, readEntries } from './read-entries.ts';

const MAX_MANIFEST_BYTES = 4096;

export interface StagedBackup {
  readonly manifest: BackupManifest;
  /** Names of the entries but for blobs. */
  readonly names: ReadonlySet<string>;
}

/**
 * Writes what a backup holds into an empty folder, durably, each file for its owner only.
 * @param accept called before the first of them; throws where this backup cannot be restored here.
 * @throws SealkeepError BACKUP_DAMAGED, BACKUP_TOO_NEW, what `pieces` throws, and the system's errors.
 */
export async function stageEntries(
  pieces: AsyncIterable<Buffer>,
  folder: string,
  accept: (manifest: BackupManifest) => Promise<void>,
): Promise<StagedBackup> {
  let manifest: BackupManifest | undefined;
  const names = new Set<string>();
  const folders = new Set<string>();
  for await (const entry of readEntries(pieces)) {
    if (!manifest) {
      manifest = await readManifest(entry);
      await accept(manifest);
      continue;
    }
    const file = path.join(folder, entry.name);
    if (!folders.has(path.dirname(file))) await makeFolder(path.dirname(file));
    folders.add(path.dirname(file));
    await writeEntry(file, entry);
    if (!entry.name.startsWith(BLOBS_FOLDER)) names.add(entry.name);
  }
  if (!manifest) throw new SealkeepError('BACKUP_DAMAGED', { reason: 'it is empty' });
  for (const one of folders) await syncFolder(one);
  return { manifest, names };
}

async function readManifest(entry: ReadEntry): Promise<BackupManifest> {
  if (entry.name !== MANIFEST_NAME || entry.bytes > MAX_MANIFEST_BYTES) {
    throw new SealkeepError('BACKUP_DAMAGED', { reason: 'it does not begin with what it is' });
  }
  const pieces: Buffer[] = [];
  for await (const piece of entry.content()) pieces.push(Buffer.from(piece));
  const parsed = backupManifest.safeParse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  // It was made by us, as it opened under the passphrase: what this version does not know is newer.
  if (!parsed.success) throw new SealkeepError('BACKUP_TOO_NEW');
  return parsed.data;
}

async function writeEntry(file: string, entry: ReadEntry): Promise<void> {
  // The same name twice is no backup of ours.
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of entry.content()) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
