import type { Command } from 'commander';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { usage } from '../file-options.ts';
import { addDestroyCommand } from './destroy.ts';
import { addEnableCommand } from './enable.ts';
import { addGenerateCommand } from './generate.ts';
import { addKeepCommand } from './keep.ts';
import { listKeys } from './list-keys.ts';
import { addNeedingCommand } from './needing.ts';
import { addRetireCommand } from './retire.ts';
import { addRevokeCommand } from './revoke.ts';
import { addRotateCommand } from './rotate.ts';
import { addShredCommand } from './shred.ts';

/** `keys` lists; what is done to a key or a version of it is a command below it. */
export function addKeysCommands(program: Command, context: CliContext): void {
  const keys = addCommand(program, 'keys')
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) {
        throw usage(`There is no "sealkeep keys ${unknown}"; "sealkeep keys --help" names what there is.`);
      }
      await listKeys(context, command.optsWithGlobals<ClientOptions>());
    });
  addGenerateCommand(keys, context);
  addRotateCommand(keys, context);
  addRevokeCommand(keys, context);
  addEnableCommand(keys, context);
  addRetireCommand(keys, context);
  addDestroyCommand(keys, context);
  addKeepCommand(keys, context);
  addNeedingCommand(keys, context);
  addShredCommand(keys, context);
}
