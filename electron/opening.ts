import path from 'node:path';

/** What the system may ask of Sealkeep from outside: a sealed file to open, or just its window. */
export type Opening = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'window' };

const LINK = 'sealkeep:';
const MAX_LENGTH = 4096;

/**
 * The one parser for whatever comes from outside: arguments of this and of later launches, files that a file manager
 * opens, deep links.
 * - a link is `sealkeep://open` and nothing more: it brings the window, and no link makes Sealkeep do anything;
 * - a file is an absolute path on this machine whose name ends in `.enc`. Not a path of the network, where asking alone
 *   would send the person's Windows credentials to a stranger's server, and no device.
 * @returns undefined for everything else.
 */
export function parseOpening(given: unknown, platform: NodeJS.Platform): Opening | undefined {
  if (typeof given !== 'string' || given.length > MAX_LENGTH || hasControls(given)) return undefined;
  if (URL.canParse(given) && new URL(given).protocol === LINK) return parseLink(given);
  const { isAbsolute, normalize, extname } = platform === 'win32' ? path.win32 : path.posix;
  if (extname(given).toLowerCase() !== '.enc' || !isAbsolute(given)) return undefined;
  if (platform === 'win32' && !/^[a-z]:[\\/][^:]*$/i.test(given)) return undefined;
  return { kind: 'file', path: normalize(given) };
}

function parseLink(link: string): Opening | undefined {
  return link === 'sealkeep://open' || link === 'sealkeep://open/' ? { kind: 'window' } : undefined;
}

function hasControls(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}

/** Openings in the arguments of a launch; its first one is the program itself. */
export function parseArguments(argv: readonly string[], platform: NodeJS.Platform): Opening[] {
  return argv
    .slice(1)
    .map((argument) => parseOpening(argument, platform))
    .filter((opening) => opening !== undefined);
}
