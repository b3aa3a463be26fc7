import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Response } from 'express';
import type { App } from '../agent/app/app.ts';
import { randomToken } from '../core/crypto/random.ts';
import { BRIDGE_EVENTS, type BridgeEventName } from '../shared/bridge/calls.ts';
import type { FileRef } from '../shared/bridge/state.ts';
import type { ErrorCode } from '../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../shared/errors/error.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import { createFolderDrafts, type FolderDrafts } from './folder-drafts.ts';
import type { FileWanted, FolderPart, FolderReply } from './page/protocol.ts';
import { contentOfBytes, handOn } from './received-content.ts';

interface PlainFile {
  readonly name: string;
  readonly size: number;
}

/** A file that a job asked for and the page has not begun to send. */
interface Wanted {
  readonly what: Omit<FileWanted, 'ticket'>;
  /** With as many bytes as are wanted. */
  readonly file: PlainFile;
  readonly resolve: (content: Readable) => void;
  readonly reject: (error: SealkeepError) => void;
}

/** Why a file broke off: the page says that it can't read it, or is gone and says nothing more. */
type BreakOff = Extract<ErrorCode, 'FILE_NOT_READABLE' | 'FILE_PAGE_GONE'>;

interface Begun {
  /** Known once the page said it, or is gone. */
  why: BreakOff | undefined;
  /** Waits for it, where the file has broken off. */
  tell: ((why: BreakOff) => void) | undefined;
}

/** One load of a page, from its first sign of life until its event stream has been gone for a while. */
interface PageLoad {
  readonly refs: string[];
  readonly folders: FolderDrafts;
  readonly wanted: Map<string, Wanted>;
  /** By their tickets: files that the page has begun to send, and not all of them came. */
  readonly begun: Map<string, Begun>;
  events: EventStream | undefined;
  goodbye: NodeJS.Timeout | undefined;
  isGone: boolean;
}

/** The pages that are open, by what names each load of one: events go to them, and files come from them. */
export interface PageLoads {
  listen(load: string, response: Response): void;
  offer(load: string, files: readonly PlainFile[]): FileRef[];
  /** Takes a part of a folder's tree. @throws SealkeepError REQUEST_INVALID, FILE_TOO_LARGE; the folder is forgotten then. */
  offerFolder(load: string, part: FolderPart): FolderReply;
  /**
   * Takes a wanted file's bytes.
   * @returns whether that is all: they were read to the end, or are not wanted any more.
   * @throws SealkeepError
   */
  receive(load: string, ticket: string, request: IncomingMessage): Promise<boolean>;
  /** Takes small files that came together: as many as there are. Of those that nobody wants any more nothing is said. */
  receiveSmall(load: string, files: readonly { readonly ticket: string; readonly bytes: Buffer }[]): void;
  /** The page can't give that file, or not all of it. @throws SealkeepError ROUTE_NOT_FOUND for a ticket that is none. */
  refuse(load: string, ticket: string): void;
  /** Ends all event streams, fails what was wanted and listens to the app no more. */
  close(): void;
}

/** @param graceMs for how long a page whose event stream broke off may come back. */
export function createPageLoads(
  app: Pick<App, 'on' | 'offerStream' | 'offerFolder' | 'withdraw'>,
  graceMs: number,
): PageLoads {
  const loads = new Map<string, PageLoad>();
  const stops = (Object.keys(BRIDGE_EVENTS) as BridgeEventName[]).map((name) =>
    app.on(name, (data) => {
      for (const { events } of loads.values()) events?.send(name, data);
    }),
  );

  const leave = (key: string, load: PageLoad) => {
    clearTimeout(load.goodbye);
    loads.delete(key);
    load.isGone = true;
    load.events?.end();
    for (const { file, reject } of load.wanted.values())
      reject(new SealkeepError('FILE_PAGE_GONE', { file: file.name }));
    for (const begun of load.begun.values()) settle(begun, 'FILE_PAGE_GONE');
    load.wanted.clear();
    load.begun.clear();
    if (load.refs.length > 0) app.withdraw(load.refs);
  };
  const waitFor = (key: string, load: PageLoad) => {
    clearTimeout(load.goodbye);
    load.goodbye = setTimeout(() => leave(key, load), graceMs);
  };
  const loadOf = (key: string) => {
    const known = loads.get(key);
    if (known) return known;
    const load: PageLoad = {
      refs: [],
      folders: createFolderDrafts((file, what) => ask(load, file, what)),
      wanted: new Map(),
      begun: new Map(),
      events: undefined,
      goodbye: undefined,
      isGone: false,
    };
    loads.set(key, load);
    waitFor(key, load);
    return load;
  };
  const ask = (load: PageLoad, { name, size }: PlainFile, what: Wanted['what']) =>
    new Promise<Readable>((resolve, reject) => {
      if (load.isGone) return reject(new SealkeepError('FILE_PAGE_GONE', { file: name }));
      const ticket = randomToken();
      const file = { name, size: Math.min(size, what.up_to ?? size) };
      load.wanted.set(ticket, { what, file, resolve, reject });
      sendWanted(load, what, ticket);
    });
  const take = (key: string, ticket: string) => {
    const load = loads.get(key);
    const wanted = load?.wanted.get(ticket);
    if (!load || !wanted) throw new SealkeepError('ROUTE_NOT_FOUND');
    load.wanted.delete(ticket);
    return { load, ...wanted };
  };
  /** A page that speaks of a file that it has begun to send is there, and can't send it. */
  const brokeOff = (key: string, ticket: string) => {
    const begun = loads.get(key)?.begun.get(ticket);
    if (begun) settle(begun, 'FILE_NOT_READABLE');
    return begun !== undefined;
  };

  return {
    listen(key, response) {
      const load = loadOf(key);
      clearTimeout(load.goodbye);
      load.events?.end();
      const events = createEventStream(response, () => {
        if (load.events !== events) return;
        load.events = undefined;
        if (!load.isGone) waitFor(key, load);
      });
      load.events = events;
      // What was asked for while nobody listened, or was lost with the stream before.
      for (const [ticket, { what }] of load.wanted) sendWanted(load, what, ticket);
    },
    offer(key, files) {
      const load = loadOf(key);
      return files.map((file) => {
        const offered: FileRef = app.offerStream(file, (upTo) =>
          ask(load, file, { ref: offered.ref, up_to: upTo }),
        );
        load.refs.push(offered.ref);
        return offered;
      });
    },
    offerFolder(key, part) {
      const load = loadOf(key);
      const { draft, told } = load.folders.add(part);
      if (!told) return { draft, ref: null };
      const ref = app.offerFolder(told.folder);
      told.named(ref.ref);
      load.refs.push(ref.ref);
      return { draft, ref };
    },
    async receive(key, ticket, request) {
      // Browsers send again what broke off.
      if (brokeOff(key, ticket)) return true;
      const { load, file, resolve, reject } = take(key, ticket);
      if (request.headers['content-length'] !== String(file.size)) {
        const error = new SealkeepError('FILE_CHANGED', { file: file.name });
        reject(error);
        throw new SealkeepError('REQUEST_INVALID', { reason: 'content-length' }, { cause: error });
      }
      const begun: Begun = { why: undefined, tell: undefined };
      load.begun.set(ticket, begun);
      try {
        const isWhole = await handOn(request, file, resolve, async (cause) => {
          const why = begun.why ?? (await new Promise<BreakOff>((tell) => Object.assign(begun, { tell })));
          return new SealkeepError(why, { file: file.name }, { cause });
        });
        if (isWhole) load.begun.delete(ticket);
        return isWhole;
      } catch (error) {
        if (!isSealkeepError(error)) throw error;
        reject(error);
        return false;
      }
    },
    receiveSmall(key, files) {
      const load = loads.get(key);
      for (const { ticket, bytes } of files) {
        const wanted = load?.wanted.get(ticket);
        if (!wanted) continue;
        load?.wanted.delete(ticket);
        const { file, resolve, reject } = wanted;
        if (bytes.length === file.size) resolve(contentOfBytes(bytes));
        else reject(new SealkeepError('FILE_CHANGED', { file: file.name }));
      }
    },
    refuse(key, ticket) {
      if (brokeOff(key, ticket)) return void loads.get(key)?.begun.delete(ticket);
      const { file, reject } = take(key, ticket);
      reject(new SealkeepError('FILE_NOT_READABLE', { file: file.name }));
    },
    close() {
      for (const stop of stops) stop();
      for (const [key, load] of [...loads]) leave(key, load);
    },
  };
}

function settle(begun: Begun, why: BreakOff): void {
  begun.why ??= why;
  begun.tell?.(why);
}

function sendWanted(load: PageLoad, what: Wanted['what'], ticket: string): void {
  const wanted: FileWanted = { ...what, ticket };
  load.events?.send('file.wanted', wanted, `file.wanted ${ticket}`);
}
