import path from 'node:path';

/** What a built page is made of; a file of any other kind is not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly file: string;
  /** For the header `content-type`. */
  readonly type: string;
}

/**
 * The file of a built page that an address names.
 * @param root absolute; nothing beside it is ever named, however the path is spelled.
 * @param pathname of the address, as it came.
 * @returns undefined where it names none that could be served; that it is there is not said.
 */
export function pageFile(root: string, pathname: string): PageFile | undefined {
  const decoded = decode(pathname);
  if (decoded === undefined || /[\0\\:]|\/$/.test(decoded)) return undefined;
  const file = path.resolve(root, `.${decoded}`);
  const relative = path.relative(root, file);
  const isInside = relative !== '' && !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
  const type = TYPES[path.extname(file)];
  return isInside && type !== undefined ? { file, type } : undefined;
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
