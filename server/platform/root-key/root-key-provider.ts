import { chmod, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../../../core/crypto/secret.ts';
import { makeFolder, syncFolder } from '../../../core/durable/folder.ts';
import { codeOf, publishFile } from '../../../core/durable/publish.ts';
import { temporaryName, writeFileDurably } from '../../../core/durable/write-file.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { RootKeySource } from '../config/root-key-setting.ts';

/** What a root key looks like in its file. */
export interface RootKeyForm {
  /** Takes `content` over, and zero-fills what is secret of it. */
  read(content: Buffer): Promise<Secret>;
  /** A fresh root key, and what its file is to hold. */
  make(): Promise<{ readonly key: Secret; readonly content: string }>;
}

/** A root key that was made and is nowhere yet. */
interface FreshRootKey {
  readonly key: Secret;
  /**
   * Durable once this resolves; its folder is made where it is not there.
   * @returns false where something has the name: nothing is ever overwritten.
   */
  publish(): Promise<boolean>;
}

/** Where one root key is kept, and how. Its methods throw CONFIG_INVALID where its file cannot be used. */
export interface RootKeyProvider {
  readonly source: RootKeySource;
  /** The setting that sentences name. */
  readonly setting: string;
  /** @returns undefined where nothing is there. */
  read(): Promise<Secret | undefined>;
  make(): Promise<FreshRootKey>;
}

export function createRootKeyProvider(
  source: RootKeySource,
  setting: string,
  form: RootKeyForm,
): RootKeyProvider {
  const { file } = source;
  const use = <T>(work: () => Promise<T>) => usable(file, setting, work);
  return {
    source,
    setting,
    read: () =>
      use(async () => {
        const content = await readIfThere(file);
        return content && form.read(content);
      }),
    make: () =>
      use(async () => {
        const { key, content } = await form.make();
        return { key, publish: () => use(() => publish(file, content)) };
      }),
  };
}

async function publish(file: string, content: string): Promise<boolean> {
  await makeFolder(path.dirname(file));
  const temporary = temporaryName(file);
  try {
    await writeFileDurably(temporary, content);
    if (!(await publishFile(temporary, file))) return false;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(path.dirname(file));
  return true;
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    const content = await readFile(file);
    await chmod(file, 0o600).catch(passWhereNotOurs);
    return content;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A key that was mounted read-only, or belongs to somebody else, is kept from others by whoever put it there. */
function passWhereNotOurs(error: unknown): void {
  const code = codeOf(error);
  if (code !== 'EROFS' && code !== 'EPERM') throw error;
}

async function usable<T>(file: string, setting: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw unusable(file, setting, cause);
  }
}

/** What the system says against a file, as a sentence about the setting that named it; anything else as it is. */
export function unusable(file: string, setting: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === undefined || cause instanceof SealkeepError) return cause;
  const reason = `${file} cannot be used (${code})`;
  return new SealkeepError('CONFIG_INVALID', { name: setting, reason }, { cause });
}
