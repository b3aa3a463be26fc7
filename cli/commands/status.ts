import type { Command } from 'commander';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { clientDataFolder, targetOf, withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { addCommand } from '../manual/add-command.ts';
import { errorJson } from '../terminal.ts';

interface Status {
  readonly data_folder: string;
  readonly servers: 'own' | { readonly kms: string; readonly cloud: string };
  readonly user: string | null;
  readonly error?: { readonly code: string; readonly message: string };
}

export function addStatusCommand(program: Command, context: CliContext): void {
  addCommand(program, 'status').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const status = await statusOf(context, options);
    if (options.json) context.terminal.printJson(status);
    else printStatus(context, status);
  });
}

async function statusOf(context: CliContext, options: ClientOptions): Promise<Status> {
  const dataFolder = await clientDataFolder(context);
  const target = await targetOf(dataFolder, options);
  const place = {
    data_folder: dataFolder,
    servers: target.kind === 'own' ? ('own' as const) : target.addresses,
  };
  let user: string | null = null;
  try {
    await withAgent(context, options, async ({ login }) => {
      user = (await login.who()) ?? null;
    });
    return { ...place, user };
  } catch (error) {
    if (!isSealkeepError(error)) throw error;
    context.endWith(exitCodeOf(error.code));
    return { ...place, user, error: errorJson(error) };
  }
}

function printStatus({ terminal }: CliContext, { data_folder, servers, user, error }: Status): void {
  terminal.print(`Data folder  ${data_folder}`);
  if (servers === 'own') terminal.print('Servers      in this data folder');
  else {
    terminal.print(`KMS          ${servers.kms}`);
    terminal.print(`Cloud        ${servers.cloud}`);
  }
  if (error) terminal.note(error.message);
  else {
    terminal.print('             both answer');
    terminal.print(`Logged in    ${user ?? 'nobody'}`);
  }
}
