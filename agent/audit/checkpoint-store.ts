import path from 'node:path';
import { z } from 'zod';
import type { HeldCheckpoint } from '../../core/audit/verify-log.ts';
import { readJsonFile, writeJsonFile } from '../../core/durable/json-file.ts';
import { withLock } from '../../core/durable/lock.ts';
import { base64Text } from '../../shared/encoding/base64.ts';

/** `jws` is kept to be shown to others; what was in it was checked when it was kept. */
const kept = z.object({ seq: z.number().int().positive(), link: base64Text(32, 32), jws: z.string() });

/** The newest checkpoint that was seen of a profile's KMS, in a file of the data folder. */
export function createCheckpointStore(folder: string, profile: string) {
  const file = path.join(folder, `audit-${profile}.json`);
  const locked = <T>(work: () => Promise<T>) => withLock(`${file}.lock`, work);
  const read = async () => (await readJsonFile(file, kept.nullable())) ?? undefined;
  return {
    read,
    /** Keeps it if it is newer: another process may have seen more. Durable once this resolves. */
    keep: (checkpoint: HeldCheckpoint) =>
      locked(async () => {
        const { seq = 0 } = (await read()) ?? {};
        if (checkpoint.seq > seq) await writeJsonFile(file, checkpoint);
      }),
    /** Trusts the KMS anew, as at first contact. */
    forget: () => locked(() => writeJsonFile(file, null)),
  };
}

export type CheckpointStore = ReturnType<typeof createCheckpointStore>;
