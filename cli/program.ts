import { Command } from 'commander';
import { VERSION } from '../shared/version.ts';
import { addCloudCommands } from './commands/cloud-files.ts';
import { addExportKeyCommand } from './commands/export-key.ts';
import { addLoginCommands } from './commands/login.ts';
import { addRegisterCommand } from './commands/register.ts';
import { addDecryptCommand, addEncryptCommand } from './commands/seal-and-open.ts';
import { addServerCommands } from './commands/servers.ts';
import { addShareCommands } from './commands/share.ts';
import { addStatusCommand } from './commands/status.ts';
import { addVectorsCommand } from './commands/vectors.ts';
import { addVerifyCommand } from './commands/verify.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE_HELP } from './exit-codes.ts';

const HELP = `
Without --kms and --cloud, commands work with the servers used last, and at first with servers of their own in the
data folder (SEALKEEP_HOME, or the system's place for application data).

Secrets come from prompts, from SEALKEEP_PASSWORD and SEALKEEP_TOTP, or as lines of standard input; never from arguments.`;

/** The command line: one `addX` for each command. */
export function createProgram(context: CliContext): Command {
  const program = new Command('sealkeep')
    .description(
      'Seals files on your own machine: a key per file, and a key service that can refuse each opening.',
    )
    .version(VERSION)
    .option('--kms <url>', 'the KMS to work with; kept for the next commands')
    .option('--cloud <url>', 'the cloud to work with; kept for the next commands')
    .option('--own', 'work with the servers of the data folder again')
    .option('--json', 'print JSON lines')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', HELP + EXIT_CODE_HELP)
    .exitOverride()
    .showHelpAfterError('("sealkeep --help" lists the commands)');
  addServerCommands(program, context);
  addRegisterCommand(program, context);
  addLoginCommands(program, context);
  addStatusCommand(program, context);
  addEncryptCommand(program, context);
  addDecryptCommand(program, context);
  addVerifyCommand(program, context);
  addExportKeyCommand(program, context);
  addCloudCommands(program, context);
  addShareCommands(program, context);
  addVectorsCommand(program, context);
  return program;
}
