import path from 'node:path';
import type { Command } from 'commander';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import type { ServerName } from '../root-passphrases.ts';
import { SERVER_FOLDER, serverPlace } from './server-place.ts';

type PlaceOptions = Pick<ClientOptions, 'json'> & { readonly data?: string };

/** `keygen` and `change-root-key`: what servers for others rest under, made and changed while they are stopped. */
export function addRootKeyCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(program, 'keygen').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<PlaceOptions>();
    const place = await serverPlace(context, options.data, SERVER_FOLDER);
    const { keygen } = await import('../keygen.ts');
    const { source, folderMode } = await keygen(context, place);
    const { provider, file } = source;
    if (options.json) {
      terminal.printJson({ root_key: `${provider}:${file}`, protected_by: PROTECTION[provider].word });
    } else {
      terminal.print(`Made the root key of the KMS: ${file}`);
      terminal.print(`  ${PROTECTION[provider].sentence}`);
      terminal.print(
        'All other keys the KMS makes at its first start; they rest in its database under this one.',
      );
      terminal.print(
        'Keep a copy of it apart from the database: without it nothing that was sealed opens again.',
      );
      terminal.print(`Next: sealkeep serve --data ${place.dataFolder}`);
    }
    if ((folderMode & 0o077) !== 0) {
      terminal.note(
        `Others than you may look into its folder, ${path.dirname(file)}; "chmod 700" closes it.`,
      );
    }
  });
  addCommand(program, 'change-root-key').action(async (server: string, _options, command: Command) => {
    const options = command.optsWithGlobals<PlaceOptions & { readonly to: string }>();
    const name = serverName(server);
    const place = await serverPlace(context, options.data, SERVER_FOLDER);
    const { rootKeySource } = await import('../../server/platform/config/root-key-setting.ts');
    const next = rootKeySource.safeParse(options.to);
    if (!next.success) {
      throw new SealkeepError('USAGE', { reason: `--to: ${next.error.issues[0]?.message}.` });
    }
    const { changeRootKeyOf, ROOT_KEY_SETTINGS } = await import('../change-root-key.ts');
    const { rewrapped, resting, former } = await changeRootKeyOf(context, place, name, next.data);
    const setting = `${ROOT_KEY_SETTINGS[name]}=${next.data.provider}:${next.data.file}`;
    if (options.json) {
      terminal.printJson({ server: name, setting, former, rewrapped, resting });
      return;
    }
    const called = name === 'kms' ? 'KMS' : 'cloud';
    terminal.print(
      `All secrets of the ${called} rest under the new root key: ${resting}, of which ${rewrapped} just now.`,
    );
    terminal.print('Before the next start put this into the environment or .env, in place of what is there:');
    terminal.print(`  ${setting}`);
    terminal.print(
      `Nothing needs ${former.slice(former.indexOf(':') + 1)} any more, but backups of the database from before; delete it yourself.`,
    );
  });
}

/** How each provider protects what it keeps. */
const PROTECTION = {
  file: {
    word: 'permissions',
    sentence: 'In the clear, protected by its permissions alone (0600): whoever can read the file has it.',
  },
  passphrase: {
    word: 'passphrase',
    sentence: 'Wrapped under your passphrase (argon2id, AES-256-GCM), which every start of the KMS asks for.',
  },
} as const;

function serverName(text: string): ServerName {
  if (text === 'kms' || text === 'cloud') return text;
  throw new SealkeepError('USAGE', { reason: `There is no server ${text}; it is kms or cloud.` });
}
