import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../core/durable/folder.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { formatKeyFile, type KeyFile } from '../../shared/formats/key-file.ts';
import { readKeyFile } from '../engine/read-key-file.ts';
import type { EngineDeps } from '../engine/seal-file.ts';
import { cleanedUp, writeTemporary } from '../engine/temporary-file.ts';

/**
 * Writes a DEK's fresh wrapped key into its `.key`, which has the old one or the new one whatever happens. The old one
 * goes on opening until its key version is destroyed, and the registry has the new one: so where the folder can't be
 * written, or somebody changed the `.key` meanwhile, it stays as it is.
 * @param keyPath undefined where there is no file.
 */
export async function renewKeyFile(
  engine: Pick<EngineDeps, 'temporaries'>,
  keyPath: string | undefined,
  key: KeyFile,
  wrappedKey: string,
): Promise<void> {
  if (keyPath === undefined) return;
  try {
    await replace(engine, keyPath, key, wrappedKey);
  } catch (error) {
    if (!isSealkeepError(error) && codeOf(error) === undefined) throw error;
  }
}

async function replace(
  { temporaries }: Pick<EngineDeps, 'temporaries'>,
  keyPath: string,
  key: KeyFile,
  wrappedKey: string,
): Promise<void> {
  const folder = path.dirname(keyPath);
  const { mode } = await stat(keyPath);
  const temporary = await writeTemporary(temporaries, folder, async (output) => {
    await output.chmod(mode & 0o777);
    await output.writeFile(formatKeyFile({ ...key, wrapped_key: wrappedKey }));
  });
  try {
    const isUnchanged = (await readKeyFile(keyPath))?.wrapped_key === key.wrapped_key;
    await (isUnchanged ? rename(temporary, keyPath) : rm(temporary));
    await syncFolder(folder);
  } catch (error) {
    throw await cleanedUp(error, temporary, folder);
  }
}
