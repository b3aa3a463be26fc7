import { z } from 'zod';

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

/** Where a data folder's servers listen: `servers.json`, written by the process that serves it. */
export const servedAt = z.object({
  kms: z.string(),
  cloud: z.string(),
  /** Null where the servers are for others too and ask for none. */
  launch_secret: z.string().nullable(),
});
export type ServedAt = z.infer<typeof servedAt>;
