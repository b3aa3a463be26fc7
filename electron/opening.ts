import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the system may ask of Sealkeep from outside: a sealed file to open, or just its window. */
export type Opening = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'window' };

const LINK = 'sealkeep:';
const MAX_LENGTH = 4096;

/**
 * The one parser for whatever comes from outside: arguments of this and of later launches, files that a file manager
 * opens, deep links.
 * - a link is `sealkeep://open` and nothing more: it brings the window, and no link makes Sealkeep do anything;
 * - a file is an absolute path on this machine whose name ends in `.enc`; one that ends in `.key` means the `.enc` that it
 *   was made with. Not a path of the network, where asking alone would send the person's Windows credentials to a
 *   stranger's server, and no device. Desktops of Linux give it as a `file:` address.
 * @returns undefined for everything else.
 */
export function parseOpening(given: unknown, platform: NodeJS.Platform): Opening | undefined {
  if (typeof given !== 'string' || given.length > MAX_LENGTH || hasControls(given)) return undefined;
  if (URL.canParse(given) && new URL(given).protocol === LINK) return parseLink(given);
  const file = platform === 'win32' ? given : pathOf(given);
  return file === undefined ? undefined : parseFile(file, platform);
}

/** The path of a `file:` address of this machine, or what is no such address as it is. */
function pathOf(given: string): string | undefined {
  if (!URL.canParse(given)) return given;
  const url = new URL(given);
  if (url.protocol !== 'file:') return given;
  const isPlain =
    url.host === '' && url.search === '' && url.hash === '' && !/%(?:2f|00)/i.test(url.pathname);
  return isPlain ? decodedPath(url) : undefined;
}

function decodedPath(url: URL): string | undefined {
  try {
    return fileURLToPath(url, { windows: false });
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function parseFile(given: string, platform: NodeJS.Platform): Opening | undefined {
  const { isAbsolute, normalize } = platform === 'win32' ? path.win32 : path.posix;
  const file = given.replace(/\.key$/i, '.enc');
  if (hasControls(file) || !/[^/\\]\.enc$/i.test(file) || !isAbsolute(file)) return undefined;
  if (platform === 'win32' && !/^[a-z]:[\\/][^:]*$/i.test(file)) return undefined;
  return { kind: 'file', path: normalize(file) };
}

function parseLink(link: string): Opening | undefined {
  return link === 'sealkeep://open' || link === 'sealkeep://open/' ? { kind: 'window' } : undefined;
}

function hasControls(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}

/** Openings in the arguments of a launch, each once; its first one is the program itself. */
export function parseArguments(argv: readonly string[], platform: NodeJS.Platform): Opening[] {
  const openings = argv
    .slice(1)
    .map((argument) => parseOpening(argument, platform))
    .filter((opening) => opening !== undefined);
  // A pair that was chosen together is one.
  const byName = new Map(openings.map((opening) => [opening.kind === 'file' ? opening.path : '', opening]));
  return [...byName.values()];
}
