import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What one call did to the disk: paths are whole, things (files, folders) are known by their inodes. */
const effect = z.discriminatedUnion('did', [
  /** `text` is kept of records that say where temporary files lie. */
  z.object({ did: z.literal('change'), ino: z.number(), text: z.string().optional() }),
  /** A sync has begun, and has ended: what was changed in between may or may not be on the disk. */
  z.object({ did: z.literal('sync'), ino: z.number(), call: z.string() }),
  z.object({ did: z.literal('synced'), call: z.string() }),
  z.object({
    did: z.literal('make'),
    path: z.string(),
    ino: z.number(),
    folder: z.number(),
    what: z.enum(['file', 'folder', 'link']),
    mode: z.number(),
  }),
  /** A second name of a file. */
  z.object({
    did: z.literal('link'),
    from: z.string(),
    path: z.string(),
    ino: z.number(),
    folder: z.number(),
  }),
  z.object({
    did: z.literal('rename'),
    from: z.string(),
    fromFolder: z.number(),
    path: z.string(),
    ino: z.number(),
    folder: z.number(),
  }),
  z.object({ did: z.literal('remove'), path: z.string(), folder: z.number() }),
  /** What was done so far is on the disk: the test itself did some of it. */
  z.object({ did: z.literal('settle') }),
  /** The product said that these are there for good, and that what these folders hold is. */
  z.object({ did: z.literal('say'), done: z.array(z.string()), folders: z.array(z.number()) }),
]);
export type Effect = z.infer<typeof effect>;

/** Names the file that effects are recorded in. */
export const EFFECTS_SETTING = 'SEALKEEP_TEST_EFFECTS';
/** Where it is set, file systems have no hard links. */
export const NO_LINKS_SETTING = 'SEALKEEP_TEST_NO_LINKS';

/** The effects of all threads, in order. */
export async function readEffects(file: string): Promise<Effect[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => effect.parse(JSON.parse(line)));
}
