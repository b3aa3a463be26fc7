import path from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../core/durable/json-file.ts';

/** What the worker thread of the embedded servers is started with. The root keys come over `port`, once. */
export interface EmbeddedStart {
  readonly dataFolder: string;
  readonly launchSecret: string;
  readonly names: { readonly kms: string; readonly cloud: string };
}

/** Sent once over the thread's private port; the bytes are moved, not copied. */
export interface RootKeys {
  readonly kms: Uint8Array<ArrayBuffer>;
  readonly cloud: Uint8Array<ArrayBuffer>;
}

export type EmbeddedAnswer =
  | { readonly kind: 'ready'; readonly kms: string; readonly cloud: string }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly details: Readonly<Record<string, string | number>>;
    };

/** Absolute paths of what the servers keep: the two databases and the folder of blobs. */
const places = z.object({ kms: z.string(), cloud: z.string(), blobs: z.string() });
export type Places = z.infer<typeof places>;

/** Where a data folder's servers listen: `servers.json`, written by the process that serves it. */
const servedAt = z.object({
  kms: z.string(),
  cloud: z.string(),
  /** Null where the servers are for others too and ask for none. */
  launch_secret: z.string().nullable(),
  /** Where settings may put them outside the data folder (`sealkeep serve`). */
  places: places.optional(),
});
export type ServedAt = z.infer<typeof servedAt>;

export const servedAtFile = (dataFolder: string) => path.join(dataFolder, 'servers.json');

/**
 * @returns undefined where nobody serves the folder, or does not say where. A killed process may have left it.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE
 */
export function readServedAt(dataFolder: string): Promise<ServedAt | undefined> {
  return readJsonFile(servedAtFile(dataFolder), servedAt);
}
