import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../../core/durable/json-file.ts';
import { type Settings, settings } from '../../../shared/bridge/state.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import { createTemporaries } from '../../engine/temporaries.ts';
import { madeFolder, mayWrite } from '../jobs/output-folder.ts';

const stored = z.object({
  language: settings.shape.language.default(null),
  theme: settings.shape.theme.default('system'),
  /** Undefined follows the default, which may lie elsewhere on another day. */
  output_folder: settings.shape.output_folder.optional(),
});
type Stored = z.output<typeof stored>;

/** The same where what does not fit is as if it were not there. */
const fitting = z
  .object({
    language: stored.shape.language.catch(null),
    theme: stored.shape.theme.catch('system'),
    output_folder: stored.shape.output_folder.catch(undefined),
  })
  .catch(stored.parse({}));

export interface SettingsStore {
  settings(): Settings;
  /**
   * Changes what is given, durably. An empty folder means the default again. Any other is taken wherever it lies: who
   * calls has made sure that it is the person's choice.
   * @throws SealkeepError OUTPUT_NOT_WRITABLE, DATA_FOLDER_UNUSABLE; nothing is changed then.
   */
  change(patch: { readonly [Key in keyof Settings]?: Settings[Key] | undefined }): Promise<void>;
}

/**
 * What the person chose, in `settings.json` of the data folder. One that somebody edited, or a newer Sealkeep wrote, keeps
 * nobody out: what fits is taken, and the file is kept beside it as `settings.json.unfit`.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE where it is there and can't be read at all.
 */
export async function openSettings(dataFolder: string, defaultFolder: string): Promise<SettingsStore> {
  const file = path.join(dataFolder, 'settings.json');
  let current: Stored = await readStored(file);
  let last: Promise<void> = Promise.resolve();

  /** One after the other, so that none undoes another. */
  function write(change: (before: Stored) => Stored): Promise<void> {
    const next = last.then(async () => {
      const after = change(current);
      await writeJsonFile(file, after);
      current = after;
    });
    last = next.catch(() => undefined);
    return next;
  }

  return {
    settings: () => ({
      language: current.language,
      theme: current.theme,
      output_folder: current.output_folder ?? defaultFolder,
    }),
    async change({ language, theme, output_folder }) {
      const folder = output_folder ? await usableFolder(dataFolder, output_folder) : undefined;
      await write((before) => ({
        ...before,
        ...(language === undefined ? {} : { language }),
        ...(theme === undefined ? {} : { theme }),
        ...(output_folder === undefined ? {} : { output_folder: folder }),
      }));
    },
  };
}

async function readStored(file: string): Promise<Stored> {
  const found = await readJsonFile(file, z.unknown()).catch((error: unknown) => {
    if (isSealkeepError(error) && error.cause instanceof SyntaxError) return null;
    throw error;
  });
  if (found === undefined) return stored.parse({});
  const parsed = stored.safeParse(found);
  if (parsed.success) return parsed.data;
  await copyFile(file, `${file}.unfit`);
  return fitting.parse(found);
}

async function usableFolder(dataFolder: string, folder: string): Promise<string> {
  await madeFolder(folder);
  const temporaries = createTemporaries(dataFolder);
  try {
    if (!(await mayWrite(temporaries, folder))) throw new SealkeepError('OUTPUT_NOT_WRITABLE', { folder });
    return folder;
  } finally {
    await temporaries.close();
  }
}
