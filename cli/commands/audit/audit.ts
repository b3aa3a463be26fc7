import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { usage } from '../file-options.ts';
import { addExportCommand } from './export.ts';
import { addForgetCommand } from './forget.ts';
import { type ListOptions, listEntries } from './list-entries.ts';
import { addVerifyCommand } from './verify.ts';

/** `audit` lists; what is done with the whole log is a command below it. */
export function addAuditCommands(program: Command, context: CliContext): void {
  const audit = addCommand(program, 'audit')
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) {
        throw usage(`There is no "sealkeep audit ${unknown}"; "sealkeep audit --help" names what there is.`);
      }
      await listEntries(context, command.optsWithGlobals<ListOptions>());
    });
  addVerifyCommand(audit, context);
  addExportCommand(audit, context);
  addForgetCommand(audit, context);
}
