import { Command } from 'commander';
import { VERSION } from '../shared/version.ts';
import { addAuditCommands } from './commands/audit/audit.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addCloudCommands } from './commands/cloud-files.ts';
import { addDecryptCommand } from './commands/decrypt.ts';
import { addEncryptCommand } from './commands/encrypt.ts';
import { addExportKeyCommand } from './commands/export-key.ts';
import { addKeysCommands } from './commands/keys/keys.ts';
import { addLoginCommands } from './commands/login.ts';
import { addRegisterCommand } from './commands/register.ts';
import { addRootKeyCommands } from './commands/root-key.ts';
import { addServerCommands } from './commands/servers.ts';
import { addShareCommands } from './commands/share.ts';
import { addStatusCommand } from './commands/status.ts';
import { addVectorsCommand } from './commands/vectors.ts';
import { addVerifyCommand } from './commands/verify.ts';
import type { CliContext } from './context.ts';
import { PLAIN_WIDTH } from './manual/add-command.ts';
import { COMMON_OPTIONS } from './manual/common.ts';
import { formatOverview } from './manual/format-manual.ts';
import { OVERVIEW, PAGES } from './manual/pages.ts';

/**
 * The command line: one `addX` for each command.
 * @param isJson whether what is not understood is left to whoever catches the error, and said nowhere else.
 */
export function createProgram(context: CliContext, isJson = false): Command {
  const program = new Command('sealkeep')
    .version(VERSION)
    .configureHelp({
      formatHelp: (_, { helpWidth }) =>
        formatOverview(OVERVIEW, Object.values(PAGES), helpWidth ?? PLAIN_WIDTH),
    })
    .configureOutput(isJson ? { writeErr: () => undefined } : {})
    .exitOverride()
    .showHelpAfterError('("sealkeep --help" lists the commands)');
  for (const { flags, text } of COMMON_OPTIONS) if (!flags.includes('--help')) program.option(flags, text);
  addServerCommands(program, context);
  addRootKeyCommands(program, context);
  addBackupCommands(program, context);
  addRegisterCommand(program, context);
  addLoginCommands(program, context);
  addStatusCommand(program, context);
  addEncryptCommand(program, context);
  addDecryptCommand(program, context);
  addVerifyCommand(program, context);
  addExportKeyCommand(program, context);
  addCloudCommands(program, context);
  addShareCommands(program, context);
  addKeysCommands(program, context);
  addAuditCommands(program, context);
  addVectorsCommand(program, context);
  return program;
}
