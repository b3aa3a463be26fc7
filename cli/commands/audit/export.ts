import path from 'node:path';
import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { exportLog } from '../../../agent/audit/export-log.ts';
import { writeTemporary } from '../../../agent/engine/temporary-file.ts';
import { syncFolder } from '../../../core/durable/folder.ts';
import { publishFile } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { addCommand } from '../../manual/add-command.ts';
import { assertFree, outputFolder } from '../file-options.ts';

interface ExportOptions extends ClientOptions {
  readonly out: string;
}

export function addExportCommand(audit: Command, context: CliContext): void {
  const { terminal, signal } = context;
  addCommand(audit, 'audit export').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ExportOptions>();
    const file = path.resolve(options.out);
    await outputFolder(path.dirname(file));
    await assertFree(file);
    const work = async ({ log, login, jobs, servers }: Agent) => {
      const source = { kms: log.kms, kmsName: servers.kms.name, login };
      const exported = { entries: 0, readable: 0, checkpoints: 0 };
      const temporary = await writeTemporary(
        jobs.engine.temporaries,
        path.dirname(file),
        async (output) => {
          Object.assign(exported, await exportLog(source, (lines) => output.appendFile(lines)));
        },
        signal,
      );
      if (!(await publishFile(temporary, file, jobs.engine.temporaries)))
        throw new SealkeepError('OUTPUT_TAKEN', { file });
      await syncFolder(path.dirname(file));
      if (options.json) terminal.printJson({ file, ...exported });
      else {
        const { entries, readable, checkpoints } = exported;
        const of = `${counted(entries, 'entry', 'entries')}, ${readable} of them in clear, and ${counted(checkpoints, 'checkpoint')}`;
        terminal.print(`Exported the audit log to ${file}: ${of}.`);
      }
    };
    await withAgent(context, options, work, { isCloudNeeded: false });
  });
}
