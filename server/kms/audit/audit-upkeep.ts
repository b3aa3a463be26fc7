import type { Schedule } from '../../../core/schedule.ts';
import type { KmsParts } from '../parts.ts';
import { createUpkeep } from '../upkeep/create-upkeep.ts';
import type { CheckpointSigner } from './audit-log.ts';
import { keepCheckpoint } from './checkpoints.ts';

const EVERY_MS = 60_000;

/**
 * Does what the audit log wants every minute, from now on: keeps what was counted, and a checkpoint over what is new.
 */
export function createAuditUpkeep(
  { audit, database, logger }: Pick<KmsParts, 'audit' | 'database' | 'logger'>,
  signer: CheckpointSigner,
  schedule: Schedule,
): { close(): Promise<void> } {
  const upkeep = createUpkeep({
    tasks: {
      counted: () => audit.keepCounted(),
      checkpoint: () => keepCheckpoint(database, signer),
    },
    ...{ logger, schedule, firstMs: EVERY_MS, everyMs: EVERY_MS },
  });
  upkeep.start();
  return {
    /** Does both once more; nothing of it touches the database once this resolves. */
    async close() {
      await upkeep.run();
      await upkeep.close();
    },
  };
}
