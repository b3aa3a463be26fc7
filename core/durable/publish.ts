import { open, rename, rm, link as systemLink } from 'node:fs/promises';

/** What systems answer where there are no hard links; EISDIR is libuv's word for Windows' "invalid function" on FAT. */
const NO_LINKS = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'ENOSYS', 'EMLINK', 'EISDIR']);

/**
 * Puts durably on record that something empty is to keep the name `target` for `temporary`, so that it is found and
 * removed where `take`, which makes it and moves `temporary` over it, is killed in between.
 * @returns what `take` returns: whether the name was free.
 */
export type Claim = (target: string, temporary: string, take: () => Promise<boolean>) => Promise<boolean>;

interface Publishing {
  /** Without one, whoever is killed in the moment between the two steps leaves an empty file. */
  readonly claim?: Claim;
  readonly link?: typeof systemLink;
}

/**
 * Gives a synced temporary file its real name without ever overwriting anything. The caller syncs the folder after.
 * A hard link cannot clobber; where the file system has none (FAT, exFAT), the name is first taken by an empty file of
 * ours, which is put on record.
 * @returns false where the name is taken; the temporary file is then still there.
 */
export async function publishFile(
  temporary: string,
  target: string,
  { claim = unrecorded, link = systemLink }: Publishing = {},
): Promise<boolean> {
  try {
    await link(temporary, target);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (code !== undefined && NO_LINKS.has(code))
      return claim(target, temporary, () => publishByReserving(temporary, target));
    throw error;
  }
  await rm(temporary);
  return true;
}

const unrecorded: Claim = (_target, _temporary, take) => take();

async function publishByReserving(temporary: string, target: string): Promise<boolean> {
  try {
    await (await open(target, 'wx', 0o600)).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(temporary, target);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  return true;
}

/** The system's code of a failed file operation (`ENOENT`), undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
