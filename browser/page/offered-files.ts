import type { FileRef } from '../../shared/bridge/state.ts';
import type { FilesReply, FileWanted } from './protocol.ts';
import { OFFER_BATCH, ROUTES } from './protocol.ts';
import { jsonPost, type OpenFetch } from './session.ts';

/**
 * A browser opens six connections to one server, for all its tabs; events hold one, and calls have to get through.
 * Small files hold none (the shell reads them at once) and wait for nothing.
 */
const AT_ONCE = 2;
const SMALL = 64 * 1024;

/** Files that the person gave to this load of the page: only it can read them, when the agent asks. */
export interface OfferedFiles {
  offer(open: OpenFetch, files: readonly File[]): Promise<readonly FileRef[]>;
  /** The agent asks for one; told of the same ticket again, it does nothing. */
  wanted(open: OpenFetch, wanted: FileWanted): Promise<void>;
}

export function createOfferedFiles(): OfferedFiles {
  const files = new Map<string, File>();
  const seen = new Set<string>();
  const turn = createTurns(AT_ONCE);
  return {
    async offer(open, given) {
      const refs: FileRef[] = [];
      for (let start = 0; start < given.length; start += OFFER_BATCH) {
        const batch = given.slice(start, start + OFFER_BATCH);
        const isFile = await Promise.all(batch.map(isPlainFile));
        const kept = batch.filter((_file, index) => isFile[index]);
        if (kept.length === 0) continue;
        const described = kept.map(({ name, size }) => ({ name, size }));
        const response = await open(ROUTES.files, jsonPost({ files: described }));
        if (!response.ok) throw new Error(`the shell answered ${response.status}`);
        const reply = (await response.json()) as FilesReply;
        for (const [index, file] of kept.entries()) {
          const ref = reply.refs[index];
          if (!ref) throw new Error('the shell left out a file');
          files.set(ref.ref, file);
          refs.push(ref);
        }
      }
      return refs;
    },
    async wanted(open, { ref, ticket }) {
      if (seen.has(ticket)) return;
      seen.add(ticket);
      const file = files.get(ref);
      const path = `${ROUTES.content}/${ticket}`;
      if (!file) return refuse(open, path);
      const send = () =>
        open(path, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body: file,
        }).then(
          () => undefined,
          // Unreadable, or ended by the agent; in the second case the ticket is used, and this says nothing new.
          () => refuse(open, path),
        );
      await (file.size <= SMALL ? send() : turn(send));
    },
  };
}

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
