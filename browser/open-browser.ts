import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomId } from '../core/crypto/random.ts';
import { codeOf } from '../core/durable/publish.ts';
import { TOKEN_LIFE_MS } from './page-access.ts';

const PREFIX = 'sealkeep-open-';

export interface SystemBrowser {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Starts a program and lets it go; a program that can't be started is no matter: the address stands on the terminal. */
  run(command: string, args: readonly string[]): void;
}

/** The system's command that opens a file as a person's double click does; undefined where nobody would see it. */
export function openingCommand({ platform, environment }: SystemBrowser): string | undefined {
  if (platform === 'win32') return 'explorer.exe';
  if (platform === 'darwin') return environment['SSH_CONNECTION'] ? undefined : 'open';
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}

/**
 * Opens the system's browser at a page that takes a token of its own. Every process list shows the words of a command,
 * so the token is not among them: the browser is given a file that only its person can read, and that sends it on.
 * @param folder one that a browser in a sandbox of its own can read, as a snap's can the home, but nothing hidden in it.
 * @param issueToken gives the token; tells when it was used.
 * @returns takes the file away, if it is still there; undefined where there is no display.
 */
export async function openBrowser(
  system: SystemBrowser,
  folder: string,
  address: string,
  issueToken: (onUsed: () => void) => string,
): Promise<(() => Promise<void>) | undefined> {
  const command = openingCommand(system);
  if (command === undefined) return undefined;
  await sweep(folder);
  const file = path.join(folder, `${PREFIX}${randomId()}.html`);
  const remove = () => rm(file, { force: true });
  const token = issueToken(() => void remove());
  await writeFile(file, redirect(`${address}/#${token}`), { mode: 0o600, flag: 'wx' });
  system.run(command, [file]);
  return remove;
}

/** Takes away what a killed shell left: by then its token is good for nothing. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(ignoreAbsent);
    // A younger one may be another shell's, whose browser is just being opened.
    if (found && Date.now() - found.mtimeMs > TOKEN_LIFE_MS) await rm(file, { force: true });
  }
}

/** Neither a port nor base64url has anything that HTML would read. */
function redirect(target: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Sealkeep</title><meta http-equiv="refresh" content="0;url=${target}">\n`;
}

function ignoreAbsent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
