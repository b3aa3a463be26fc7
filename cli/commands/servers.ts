import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import { serverPlace } from './server-place.ts';

interface ServerOptions {
  readonly data?: string;
  readonly newIdentity?: true;
}

/** `serve`, `kms` and `cloud`: servers for others, configured by the environment or `.env`. */
export function addServerCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(program, 'serve').action(async (options: ServerOptions) => {
    const found = await serverPlace(context, options.data, 'sealkeep-server');
    const { serve } = await import('../serve.ts');
    await serve(context, { ...found, isIdentityRenewed: options.newIdentity === true }, (kms, cloud) => {
      terminal.print("Sealkeep's servers are running.");
      terminal.print(`  KMS    ${kms}`);
      terminal.print(`  cloud  ${cloud}`);
      terminal.print(`  data   ${found.dataFolder}`);
      terminal.print('Next, in another terminal:');
      terminal.print(`  npx sealkeep register NAME --kms ${kms} --cloud ${cloud}`);
      terminal.print('Stop them with Ctrl-C.');
    });
  });
  for (const service of ['kms', 'cloud'] as const) {
    addCommand(program, service).action(async (options: ServerOptions) => {
      const found = await serverPlace(context, options.data, `sealkeep-${service}`);
      const { serveOne } = await import('../serve.ts');
      const place = { ...found, isIdentityRenewed: options.newIdentity === true };
      await serveOne(context, place, service, (address) => {
        terminal.print(`The ${service === 'kms' ? 'KMS' : 'cloud'} is running at ${address}.`);
        terminal.print('Stop it with Ctrl-C.');
      });
    });
  }
}
