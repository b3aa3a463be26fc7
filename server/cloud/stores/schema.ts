import type { Kysely, Transaction } from 'kysely';
import type { RootKeyChangeTable } from '../../platform/root-key/change-record.ts';

/** Times are RFC 3339 in UTC with milliseconds, so that they compare as text. */
export interface CloudSchema extends RootKeyChangeTable {
  /** Who has ever shown a cloud token. */
  people: { id: string; name: string };
  resources: { id: string; owner: string; name: string; size: number; created_at: string };
  /** The newest wrapped key of each resource, uploaded or not. */
  registry: { resource: string; key_file: string; kek_id: string; key_version: number };
  /** Uploaded pairs. `key_file` is the pair's own, which a seal that was not uploaded yet must not replace. */
  files: {
    resource: string;
    owner: string;
    name: string;
    /** Bytes of the plaintext, as the `.key` claims. */
    size: number;
    blob: string;
    /** Bytes of the `.enc`. */
    enc_size: number;
    key_file: string;
    /** What its wrapped key says it hangs on. */
    kek_id: string;
    key_version: number;
    /** The `.key`'s own, by which a rewrapped key is known from a newly sealed one. */
    mac: string;
    changed_at: string;
  };
  shares: {
    id: string;
    resource: string;
    with_name: string;
    role: 'reader' | 'writer';
    until: string | null;
    created_at: string;
  };
  /** Blobs that may lie in the folder while no file names them: those that come, and those that go. */
  unnamed_blobs: { blob: string };
  /** Private keys at rest, each under the kind of token that it signs. */
  signing_keys: { kind: string; sealed: Uint8Array };
}

export type CloudDatabase = Kysely<CloudSchema>;
export type CloudTransaction = Transaction<CloudSchema>;

/** Few enough values for one statement, whatever their number of columns. */
export function inChunks<T>(values: readonly T[], size = 200): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
