import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Agent } from '../../agent/agent.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { FILES, INFO, INFO_ENDING } from '../../agent/trash/trash-info.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { ENC_ENDING, KEY_ENDING } from '../../shared/names/file-name.ts';
import { assertThat } from './assert-that.ts';
import { filesBelow, isTemporary, type Places } from './places.ts';
import { type Hashes, hashOfFile } from './tree.ts';
import {
  type FoundAlbums,
  type KnownAlbums,
  putAlbumsBack,
  unfinishedAlbums,
  verifyAlbums,
} from './verify-albums.ts';

export interface Known extends KnownAlbums {
  readonly hashes: Hashes;
  /** Of a second login, with a data folder of its own. */
  readonly reader: Agent;
  /** Where it opens what it looks at. */
  readonly scratch: string;
}

/** What a kill left, all of it as it has to be. */
export interface Found extends FoundAlbums {
  readonly temporaries: number;
  readonly pairs: number;
  readonly opened: number;
  /** Originals in the trash. */
  readonly trashed: number;
  /** `.trashinfo` without a file: the kill came between the two steps. */
  readonly announced: number;
}

/**
 * Looks through everything after a kill.
 * @throws Error that says what is lost, half or not known.
 */
export async function verify(known: Known): Promise<Found> {
  const { places, hashes } = known;
  const files = await filesIn([places.tree, places.pairs]);
  const encs = files.filter((file) => file.endsWith(ENC_ENDING));
  const readable = await openedHashes(known, encs);
  for (const file of files.filter((each) => each.endsWith(KEY_ENDING))) {
    parseKeyFile(await readFile(file, 'utf8'));
    assertThat(
      encs.includes(`${file.slice(0, -KEY_ENDING.length)}${ENC_ENDING}`),
      'a .key stands alone',
      file,
    );
  }
  for (const file of files) {
    const isPair = file.endsWith(ENC_ENDING) || file.endsWith(KEY_ENDING);
    assertThat(isPair || hashes.has(file), 'a file nobody knows', file);
  }
  const { trashed, announced } = await trashOf(places);
  for (const [file, hash] of hashes) {
    const inTrash = trashed.get(file);
    assertThat(
      files.includes(file) !== (inTrash !== undefined),
      'not in exactly one of its place and the trash',
      file,
    );
    assertThat((await hashOfFile(inTrash ?? file)) === hash, 'an original is not whole', file);
    if (inTrash) assertThat(readable.has(hash), 'in the trash, and no pair opens to it', file);
  }
  const albums = await verifyAlbums(known, trashed);
  const opened = await filesIn([places.opened]);
  for (const file of opened) assertOpened(known, path.basename(file), await hashOfFile(file));
  const temporaries = await temporariesIn(places);
  return {
    temporaries: temporaries.length,
    pairs: encs.length,
    opened: opened.length,
    trashed: trashed.size - albums.trashedFolders,
    announced,
    ...albums,
  };
}

/**
 * Temporary files anywhere, and records of the processes that made them. What a killed one had wrapped is on record, too,
 * but for the KMS's sake: the next sealing lets go of it, not the next start.
 */
export async function temporariesIn(places: Places): Promise<string[]> {
  const { home, tree, pairs, opened, data } = places;
  const found = await Promise.all([tree, pairs, opened, data].map(filesBelow));
  const records = (await filesBelow(path.join(home, 'runs'))).filter((file) => !file.endsWith('.wraps'));
  return [...found.flat().filter(isTemporary), ...(await unfinishedAlbums(places)), ...records];
}

/** Puts everything back as it was, but for what the next start has to remove. */
export async function putBack(known: Known): Promise<void> {
  const { places, hashes } = known;
  const { trashed } = await trashOf(places);
  for (const [file, inTrash] of trashed) if (hashes.has(file)) await rename(inTrash, file);
  await putAlbumsBack(known, trashed);
  for (const info of await filesBelow(path.join(places.data, 'Trash', INFO))) await rm(info);
  const made = await filesIn([places.tree, places.pairs, places.opened]);
  for (const file of made) {
    const isPair = file.endsWith(ENC_ENDING) || file.endsWith(KEY_ENDING);
    if (isPair || file.startsWith(places.opened)) await rm(file);
  }
}

async function filesIn(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map(filesBelow));
  return found.flat().filter((file) => !isTemporary(file));
}

/** Opens sealed files with keys that the KMS unwraps. @returns what they hold, which is right for their names. */
async function openedHashes(
  { reader, scratch, ...known }: Known,
  encs: readonly string[],
): Promise<Set<string>> {
  const hashes = new Set<string>();
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  const outs = new Map<string, string>();
  await openFiles(
    reader.jobs,
    { sources: encs, folder: scratch },
    {
      finished: ({ file, out }) => void outs.set(file, out),
      progress: () => undefined,
      failed(file, error) {
        throw new Error(`a .enc under a real name does not open: ${file}`, { cause: error });
      },
    },
  );
  for (const enc of encs) {
    const hash = await hashOfFile(outs.get(enc) ?? '');
    assertOpened(known, path.basename(enc, ENC_ENDING), hash);
    hashes.add(hash);
  }
  return hashes;
}

/** A name may have a number; what lies under it has to be what the original of that name holds. */
function assertOpened({ hashes }: Pick<Known, 'hashes'>, name: string, hash: string): void {
  const original = [...hashes].find(([, each]) => each === hash)?.[0] ?? '';
  const plain = name.replace(/ \(\d+\)(?=(\.[^.]*)?$)/, '');
  assertThat(
    path.basename(original) === plain,
    'half a file, or another one’s content, under a real name',
    name,
  );
}

/** Original files and folders in the trash, by where they were; each has to have its `.trashinfo`. */
async function trashOf({ data }: Places): Promise<{ trashed: Map<string, string>; announced: number }> {
  const folder = path.join(data, 'Trash');
  const trashed = new Map<string, string>();
  const files = (await readdir(path.join(folder, FILES))).map((name) => path.join(folder, FILES, name));
  const infos = await filesBelow(path.join(folder, INFO));
  for (const file of files) {
    const info = path.join(folder, INFO, path.basename(file) + INFO_ENDING);
    const [, origin] = /^Path=(.*)$/m.exec(await readFile(info, 'utf8')) ?? [];
    assertThat(origin !== undefined, 'in the trash without its place', file);
    trashed.set(decodeURIComponent(origin ?? ''), file);
  }
  return { trashed, announced: infos.length - files.length };
}
