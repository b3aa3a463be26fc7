import type { LeftOut, Offer } from '../../shared/bridge/carrier.ts';
import type { BridgeError, FileRef } from '../../shared/bridge/state.ts';
import { LIMITS } from '../../shared/limits.ts';
import { jsonPost, type OpenFetch } from './admission.ts';
import { errorOf, UNREACHABLE } from './answers.ts';
import { chosenFolders, chosenTree, droppedTree } from './folder-tree.ts';
import type { PageWorld } from './page-world.ts';
import type { FilesReply, FileWanted } from './protocol.ts';
import { ROUTES, SMALL_FILE } from './protocol.ts';
import { createSmallFiles, type Sendable } from './small-files.ts';
import { type ReadFile, tellFolder } from './tell-folder.ts';

/**
 * A browser opens six connections to one server, for all its tabs; events hold one, and calls have to get through.
 * Small files hold none for long, as the shell reads them at once.
 */
const AT_ONCE = 2;

/** Files and folders that the person gave to this load of the page: only it can read them, when the agent asks. */
export interface OfferedFiles {
  offer(
    open: OpenFetch,
    files: readonly File[],
    folders: readonly FileSystemDirectoryEntry[],
  ): Promise<Offer>;
  /** Whether the agent may ask for any. */
  hasAny(): boolean;
  /** The agent asks for one; told of the same ticket again, it does nothing. */
  wanted(open: OpenFetch, wanted: FileWanted): Promise<void>;
}

export function createOfferedFiles({ isLeaving }: Pick<PageWorld, 'isLeaving'>): OfferedFiles {
  /** By their references; of a file there is but one path, which nobody names. */
  const held = new Map<string, ReadFile>();
  const seen = new Set<string>();
  const turn = createTurns(AT_ONCE);

  async function offerFiles(open: OpenFetch, given: readonly File[]): Promise<Offer> {
    const taken: FileRef[] = [];
    const leftOut: LeftOut[] = [];
    for (let start = 0; start < given.length; start += LIMITS.offeredFiles) {
      const batch = given.slice(start, start + LIMITS.offeredFiles);
      const isFile = await Promise.all(batch.map(isPlainFile));
      const kept = batch.filter((_file, index) => isFile[index]);
      leftOut.push(
        ...leaveOut(
          batch.filter((_file, index) => !isFile[index]),
          folderError,
        ),
      );
      if (kept.length === 0) continue;
      const refs = await register(open, kept);
      if ('code' in refs) leftOut.push(...leaveOut(kept, () => refs));
      else {
        for (const [index, { ref }] of refs.entries()) held.set(ref, async () => kept[index]);
        taken.push(...refs);
      }
    }
    return { taken, leftOut };
  }

  const sendAlone = (open: OpenFetch, { ticket, body }: Sendable) => {
    const target = `${ROUTES.content}/${ticket}`;
    return open(target, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
    }).then(
      () => undefined,
      // Unreadable, or ended by the agent, to whom this says nothing new. A page that is left says nothing: its file
      // could be read.
      () => (isLeaving() ? undefined : refuse(open, target)),
    );
  };
  const sendSmall = createSmallFiles(sendAlone);

  return {
    async offer(open, given, dropped) {
      const chosen = chosenFolders(given);
      const inFolders = new Set([...chosen.values()].flat());
      const folders = [
        ...dropped.map((folder) => ({ name: folder.name, tree: droppedTree(folder) })),
        ...Array.from(chosen, ([name, files]) => ({ name, tree: chosenTree(files) })),
      ];
      const files = given.filter((file) => !inFolders.has(file));
      const { taken, leftOut } = await offerFiles(open, files);
      const [takenToo, leftOutToo]: [FileRef[], LeftOut[]] = [[], []];
      for (const { name, tree } of folders) {
        const told = await tellFolder(open, name, tree);
        if ('code' in told) leftOutToo.push({ name, error: told });
        else {
          held.set(told.ref.ref, told.read);
          takenToo.push(told.ref);
        }
      }
      return { taken: [...taken, ...takenToo], leftOut: [...leftOut, ...leftOutToo] };
    },
    hasAny: () => held.size > 0,
    async wanted(open, { ref, path = '', ticket, up_to }) {
      if (seen.has(ticket)) return;
      seen.add(ticket);
      const file = await held
        .get(ref)?.(path)
        .catch(() => undefined);
      if (!file) return refuse(open, `${ROUTES.content}/${ticket}`);
      const body = up_to === undefined ? file : file.slice(0, up_to);
      if (body.size <= SMALL_FILE) await sendSmall(open, { ticket, body });
      else await turn(() => sendAlone(open, { ticket, body }));
    },
  };
}

/** @returns one reference for each, in order, or why the shell took none. */
async function register(open: OpenFetch, files: readonly File[]): Promise<readonly FileRef[] | BridgeError> {
  const described = files.map(({ name, size }) => ({ name, size }));
  const response = await open(ROUTES.files, jsonPost({ files: described })).catch(() => undefined);
  if (!response) return UNREACHABLE;
  if (!response.ok) return errorOf(response);
  return ((await response.json()) as FilesReply).refs;
}

/** Says of each why it was not taken. */
export function leaveOut(
  files: readonly { readonly name: string }[],
  why: (name: string) => BridgeError,
): LeftOut[] {
  return files.map(({ name }) => ({ name, error: why(name) }));
}

const folderError = (file: string): BridgeError => ({ code: 'FILE_NOT_A_FILE', details: { file } });

/** The shell may be gone as well: then it has nothing to be told. */
async function refuse(open: OpenFetch, path: string): Promise<void> {
  await open(path, { method: 'DELETE' }).catch(() => undefined);
}

/** Browsers make a `File` of a dropped folder too; it has no type and can't be read. */
async function isPlainFile(file: File): Promise<boolean> {
  if (file.type !== '') return true;
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}

/** Runs at most so many at once, in the order they came. */
function createTurns(limit: number): (work: () => Promise<void>) => Promise<void> {
  const queue: (() => void)[] = [];
  let free = limit;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}
