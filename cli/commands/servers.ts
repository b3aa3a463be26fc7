import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import type { Terminal } from '../terminal.ts';
import { serverPlace } from './server-place.ts';

interface ServerOptions {
  readonly data?: string;
  readonly newIdentity?: true;
}

/** Each start has another one while nobody is registered, and it is said nowhere else. */
function tellSetupCode(terminal: Terminal, setupCode: string | undefined): void {
  if (setupCode === undefined) return;
  terminal.print(`  setup  ${setupCode}`);
  terminal.print(
    'The first person is administrator. They register on this machine, or anywhere with that setup',
  );
  terminal.print(
    'code ("register NAME --invitation" asks for it). It is good once, and until the next start, which',
  );
  terminal.print('shows another.');
}

/** `serve`, `kms` and `cloud`: servers for others, configured by the environment or `.env`. */
export function addServerCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(program, 'serve').action(async (options: ServerOptions) => {
    const found = await serverPlace(context, options.data, 'sealkeep-server');
    const { serve } = await import('../serve.ts');
    await serve(
      context,
      { ...found, isIdentityRenewed: options.newIdentity === true },
      ({ kms, cloud, setupCode }) => {
        terminal.print("Sealkeep's servers are running.");
        terminal.print(`  KMS    ${kms}`);
        terminal.print(`  cloud  ${cloud}`);
        terminal.print(`  data   ${found.dataFolder}`);
        tellSetupCode(terminal, setupCode);
        terminal.print('Next, in another terminal:');
        terminal.print(`  npx sealkeep register NAME --kms ${kms} --cloud ${cloud}`);
        terminal.print('Stop them with Ctrl-C.');
      },
    );
  });
  for (const service of ['kms', 'cloud'] as const) {
    addCommand(program, service).action(async (options: ServerOptions) => {
      const found = await serverPlace(context, options.data, `sealkeep-${service}`);
      const { serveOne } = await import('../serve.ts');
      const place = { ...found, isIdentityRenewed: options.newIdentity === true };
      await serveOne(context, place, service, (address, setupCode) => {
        terminal.print(`The ${service === 'kms' ? 'KMS' : 'cloud'} is running at ${address}.`);
        tellSetupCode(terminal, setupCode);
        terminal.print('Stop it with Ctrl-C.');
      });
    });
  }
}
