import { z } from 'zod';
import { LIMITS } from '../limits.ts';

/** As long as any system lets a path be. Which paths can be made is looked at where the tree is put together. */
const path = z.string().min(1).max(LIMITS.heldPath);

/** What a page tells of one thing in a folder that it holds. A folder comes before what is in it. */
export const heldEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path }),
  z.object({
    kind: z.literal('file'),
    path,
    size: z.int().nonnegative(),
    /** Microseconds since 1970. */
    mtime: z.int(),
  }),
  /** It is there, and the browser does not give it. */
  z.object({ kind: z.literal('unreadable'), path }),
]);
export type HeldEntry = z.infer<typeof heldEntry>;
