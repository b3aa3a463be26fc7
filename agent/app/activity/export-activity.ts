import path from 'node:path';
import { syncFolder } from '../../../core/durable/folder.ts';
import { publishFile } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { type ExportedLog, exportLog } from '../../audit/export-log.ts';
import { removeTree } from '../../engine/remove-tree.ts';
import { writeTemporary } from '../../engine/temporary-file.ts';
import type { JobParts } from '../../jobs/parts.ts';
import { madeFolder } from '../jobs/output-folder.ts';

interface ExportedActivity extends ExportedLog {
  /** Where it lies. */
  readonly file: string;
  readonly name: string;
}

/**
 * Writes the audit log as JSON Lines into a folder, under a name that says when. Durable once this resolves.
 * @throws SealkeepError OUTPUT_TAKEN, OUTPUT_NOT_WRITABLE, OUTPUT_NO_SPACE, JOB_CANCELLED, SERVER_*; nothing is left then.
 */
export async function exportActivity(
  { engine, kms, kmsName, login, now }: JobParts,
  settingsFolder: string,
  signal: AbortSignal,
): Promise<ExportedActivity> {
  const folder = await madeFolder(settingsFolder);
  const exported: ExportedLog[] = [];
  const temporary = await writeTemporary(
    engine.temporaries,
    folder,
    async (output) => {
      const write = (lines: string) => {
        if (signal.aborted) throw new SealkeepError('JOB_CANCELLED');
        return output.appendFile(lines);
      };
      exported.push(await exportLog({ kms, kmsName, login }, write));
    },
    signal,
  );
  const name = `sealkeep-activity-${now().toISOString().slice(0, 19).replaceAll(':', '-')}.jsonl`;
  const file = path.join(folder, name);
  if (!(await publishFile(temporary, file, engine.temporaries))) {
    await removeTree(temporary);
    throw new SealkeepError('OUTPUT_TAKEN', { file });
  }
  await syncFolder(folder);
  const [counts] = exported;
  if (!counts) throw new SealkeepError('INTERNAL');
  return { file, name, ...counts };
}
