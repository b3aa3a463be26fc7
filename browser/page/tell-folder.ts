import type { HeldEntry } from '../../shared/bridge/held-entry.ts';
import type { BridgeError, FileRef } from '../../shared/bridge/state.ts';
import { LIMITS } from '../../shared/limits.ts';
import { jsonPost, type OpenFetch } from './admission.ts';
import { errorOf, UNREACHABLE } from './answers.ts';
import type { TreeEntry } from './folder-tree.ts';
import { type FolderReply, ROUTES } from './protocol.ts';

/** Of paths in one part: with all that is round them they fit into a request. */
const PART_CHARACTERS = 256 * 1024;

/** How a folder's file is read, by its path. */
export type ReadFile = (path: string) => Promise<File | undefined>;

interface HeldTree {
  readonly ref: FileRef;
  readonly read: ReadFile;
}

/**
 * Tells the shell what is in a folder, part by part while it is gone through. Its files stay where they are.
 * @returns why the shell did not take it, where it did not.
 */
export async function tellFolder(
  open: OpenFetch,
  name: string,
  tree: AsyncIterable<TreeEntry> | Iterable<TreeEntry>,
): Promise<HeldTree | BridgeError> {
  const files = new Map<string, () => Promise<File>>();
  let draft: string | null = null;
  let entries: HeldEntry[] = [];
  let characters = 0;

  async function send(isWhole: boolean): Promise<FolderReply | BridgeError> {
    const body = { draft, name, entries, is_whole: isWhole };
    const response = await open(ROUTES.folders, jsonPost(body)).catch(() => undefined);
    if (!response) return UNREACHABLE;
    if (!response.ok) return errorOf(response);
    const reply: FolderReply = await response.json();
    ({ draft } = reply);
    [entries, characters] = [[], 0];
    return reply;
  }

  for await (const { entry, read } of tree) {
    if (read) files.set(entry.path, read);
    entries.push(entry);
    characters += entry.path.length;
    if (entries.length < LIMITS.offeredFiles && characters < PART_CHARACTERS) continue;
    const reply = await send(false);
    if ('code' in reply) return reply;
  }
  const reply = await send(true);
  if ('code' in reply) return reply;
  if (!reply.ref) return UNREACHABLE;
  return { ref: reply.ref, read: async (path) => files.get(path)?.() };
}
