import type { HeldEntry } from '../../shared/bridge/held-entry.ts';
import type { FileRef } from '../../shared/bridge/state.ts';

/** What the page's carrier and the shell say to each other over HTTP; DESIGN.md, Bridge. */
export const ROUTES = {
  admission: '/admission',
  call: '/bridge',
  events: '/bridge-events',
  files: '/bridge-files',
  folders: '/bridge-folders',
  content: '/bridge-content',
  contents: '/bridge-contents',
  saves: '/bridge-save',
  save: '/save',
  carrier: '/carrier.js',
} as const;

/** The second secret: the page keeps it in `sessionStorage`, which, unlike a cookie, no other port can make it send. */
export const PAGE_SECRET_HEADER = 'x-sealkeep-page';

/** Names one load of a page: files that were offered live as long as it. Chosen by the page, 16 to 64 of `[\w-]`. */
export const LOAD_HEADER = 'x-sealkeep-load';

/** Up to here the shell reads a file at once, so that it holds none of the few connections that a browser has. */
export const SMALL_FILE = 64 * 1024;

/** `POST /admission {token}` answers it, with the cookie. */
export interface AdmissionReply {
  readonly page_secret: string;
}

/** `POST /bridge-files {files}` answers it, in the same order. */
export interface FilesReply {
  readonly refs: readonly FileRef[];
}

/** `POST /bridge-folders`: so many things of a folder that the page holds. A folder comes before what is in it. */
export interface FolderPart {
  /** What the answer to the first part called it; null with that one. */
  readonly draft: string | null;
  readonly name: string;
  readonly entries: readonly HeldEntry[];
  /** Nothing more comes. */
  readonly is_whole: boolean;
}

/** Answers it. */
export interface FolderReply {
  readonly draft: string;
  /** With the last part. */
  readonly ref: FileRef | null;
}

/** `POST /bridge-save {job, output}` answers it: an address that is good once. */
export interface SaveReply {
  readonly url: string;
}

/**
 * The event `file.wanted`: the page sends that file's bytes to `/bridge-content/TICKET`, once; or several small ones to
 * `/bridge-contents`, behind a line of JSON with ticket and length of each.
 */
export interface FileWanted {
  readonly ref: string;
  readonly ticket: string;
  /** Of a folder, which of its files. */
  readonly path?: string | undefined;
  /** No more than the first so many of them. */
  readonly up_to?: number | undefined;
}
