import path from 'node:path';
import type { Command } from 'commander';
import { dataFolderPath, makeDataFolder } from '../../agent/profile/data-folder.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { CliContext } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';

interface ServerOptions {
  readonly data?: string;
  readonly newIdentity?: true;
}

/** `serve`, `kms` and `cloud`: servers for others, configured by the environment or `.env`. */
export function addServerCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(program, 'serve').action(async (options: ServerOptions) => {
    const dataFolder = await serverDataFolder(context, options.data, 'sealkeep-server');
    const { serve } = await import('../serve.ts');
    await serve(context, { dataFolder, isIdentityRenewed: options.newIdentity === true }, (kms, cloud) => {
      terminal.print("Sealkeep's servers are running.");
      terminal.print(`  KMS    ${kms}`);
      terminal.print(`  cloud  ${cloud}`);
      terminal.print(`  data   ${dataFolder}`);
      terminal.print('Next, in another terminal:');
      terminal.print(`  npx sealkeep register NAME --kms ${kms} --cloud ${cloud}`);
      terminal.print('Stop them with Ctrl-C.');
    });
  });
  for (const service of ['kms', 'cloud'] as const) {
    addCommand(program, service).action(async (options: ServerOptions) => {
      const dataFolder = await serverDataFolder(context, options.data, `sealkeep-${service}`);
      const { serveOne } = await import('../serve.ts');
      const place = { dataFolder, isIdentityRenewed: options.newIdentity === true };
      await serveOne(context, place, service, (address) => {
        terminal.print(`The ${service === 'kms' ? 'KMS' : 'cloud'} is running at ${address}.`);
        terminal.print('Stop it with Ctrl-C.');
      });
    });
  }
}

/**
 * Servers for others keep their data apart from the client's, unless told where; a KMS and a cloud in processes of their
 * own apart from each other as well, since one process serves a folder.
 */
async function serverDataFolder(
  context: CliContext,
  option: string | undefined,
  name: string,
): Promise<string> {
  loadSettings('.env');
  const folder = option === undefined ? dataFolderPath(context, name) : path.resolve(option);
  await makeDataFolder(folder);
  return folder;
}

/** Settings that the environment has not. @throws SealkeepError CONFIG_INVALID where the file can't be read. */
function loadSettings(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    if (codeOf(cause) === undefined) throw cause;
    throw new SealkeepError(
      'CONFIG_INVALID',
      { name: file, reason: 'it is there and cannot be read' },
      { cause },
    );
  }
}
