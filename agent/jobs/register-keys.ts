import type { KeyFile } from '../../shared/formats/key-file.ts';
import { keyFileOf } from './key-file-of.ts';
import type { JobParts } from './parts.ts';
import { type FreshKey, wrapFreshKeys } from './wrap-keys.ts';
import { createWrapRecord } from './wrap-record.ts';

export interface RegisteredKey extends FreshKey {
  /** As the registry has it: with the size that the file had when it was planned. */
  readonly registered: KeyFile;
}

/**
 * Has a fresh DEK wrapped for each file and gives the registry their `.key`s, before anything is sealed. What the KMS has
 * counted is then where a rewrap finds it, whatever becomes of the sealing; what does not get that far is on record, and
 * released by a later job (`releaseLeftWraps`).
 * @returns in the same order; the caller destroys the DEKs.
 * @throws SealkeepError SERVER_ANSWER_INVALID, DATA_FOLDER_UNUSABLE, and whatever the servers refuse.
 */
export async function registerFreshKeys<File extends { readonly name: string; readonly size: number }>(
  parts: JobParts,
  files: readonly File[],
): Promise<(File & RegisteredKey)[]> {
  const record = createWrapRecord(parts);
  let wrapped: readonly (File & FreshKey)[] = [];
  try {
    wrapped = await wrapFreshKeys(parts, files, record.begin);
    const keyed = wrapped.map((file) => ({ ...file, registered: keyFileOf(parts, file, file.size) }));
    await putKeys(
      parts,
      keyed.map(({ registered }) => registered),
    );
    await record.end();
    return keyed;
  } catch (error) {
    for (const { dek } of wrapped) dek.destroy();
    await record.leave();
    throw error;
  }
}

/**
 * The `.key` of a file that turned out to be `size` bytes long. Another one than was promised has to go to the registry
 * before anything of that length has a name.
 */
export function keyFileFor(
  parts: JobParts,
  file: RegisteredKey & { readonly name: string },
  size: number,
): KeyFile {
  return size === file.registered.size ? file.registered : keyFileOf(parts, file, size);
}

/** Gives the registry its copies; durable when it resolves. */
export async function putKeys({ login, cloud }: JobParts, keys: readonly KeyFile[]): Promise<void> {
  const { cloud_token } = await login.tokens();
  await cloud.putKeys(cloud_token, keys);
}
