import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Response } from 'express';
import type { App } from '../agent/app/app.ts';
import { randomToken } from '../core/crypto/random.ts';
import { BRIDGE_EVENTS, type BridgeEventName } from '../shared/bridge/calls.ts';
import type { FileRef } from '../shared/bridge/state.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import type { FileWanted } from './page/protocol.ts';
import { handOn, notReadable } from './received-content.ts';

interface PlainFile {
  readonly name: string;
  readonly size: number;
}

/** A file that a job asked for and the page has not begun to send. */
interface Wanted {
  readonly ref: string;
  readonly file: PlainFile;
  readonly resolve: (content: Readable) => void;
  readonly reject: (error: SealkeepError) => void;
}

/** One load of a page, from its first sign of life until its event stream has been gone for a while. */
interface PageLoad {
  readonly refs: string[];
  readonly wanted: Map<string, Wanted>;
  events: EventStream | undefined;
  goodbye: NodeJS.Timeout | undefined;
  isGone: boolean;
}

/** The pages that are open, by what names each load of one: events go to them, and files come from them. */
export interface PageLoads {
  listen(load: string, response: Response): void;
  offer(load: string, files: readonly PlainFile[]): FileRef[];
  /** Takes a wanted file's bytes. @returns whether they were read to the end. @throws SealkeepError */
  receive(load: string, ticket: string, request: IncomingMessage): Promise<boolean>;
  /** The page can't give that file. @throws SealkeepError ROUTE_NOT_FOUND for a ticket that is none. */
  refuse(load: string, ticket: string): void;
  /** Ends all event streams, fails what was wanted and listens to the app no more. */
  close(): void;
}

/** @param graceMs for how long a page whose event stream broke off may come back. */
export function createPageLoads(
  app: Pick<App, 'on' | 'offerStream' | 'withdraw'>,
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
    for (const { file, reject } of load.wanted.values()) reject(notReadable(file.name));
    load.wanted.clear();
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
      wanted: new Map(),
      events: undefined,
      goodbye: undefined,
      isGone: false,
    };
    loads.set(key, load);
    waitFor(key, load);
    return load;
  };
  const ask = (load: PageLoad, ref: string, file: PlainFile) =>
    new Promise<Readable>((resolve, reject) => {
      if (load.isGone) return reject(notReadable(file.name));
      const ticket = randomToken();
      load.wanted.set(ticket, { ref, file, resolve, reject });
      sendWanted(load, ref, ticket);
    });
  const take = (key: string, ticket: string) => {
    const load = loads.get(key);
    const wanted = load?.wanted.get(ticket);
    if (!wanted) throw new SealkeepError('ROUTE_NOT_FOUND');
    load?.wanted.delete(ticket);
    return wanted;
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
      for (const [ticket, { ref }] of load.wanted) sendWanted(load, ref, ticket);
    },
    offer(key, files) {
      const load = loadOf(key);
      return files.map((file) => {
        const offered: FileRef = app.offerStream(file, () => ask(load, offered.ref, file));
        load.refs.push(offered.ref);
        return offered;
      });
    },
    async receive(key, ticket, request) {
      const { file, resolve, reject } = take(key, ticket);
      if (request.headers['content-length'] !== String(file.size)) {
        const error = new SealkeepError('FILE_CHANGED', { file: file.name });
        reject(error);
        throw new SealkeepError('REQUEST_INVALID', { reason: 'content-length' }, { cause: error });
      }
      try {
        return await handOn(request, file, resolve);
      } catch (cause) {
        const error = notReadable(file.name, cause);
        reject(error);
        return false;
      }
    },
    refuse(key, ticket) {
      const { file, reject } = take(key, ticket);
      reject(notReadable(file.name));
    },
    close() {
      for (const stop of stops) stop();
      for (const [key, load] of [...loads]) leave(key, load);
    },
  };
}

function sendWanted(load: PageLoad, ref: string, ticket: string): void {
  const wanted: FileWanted = { ref, ticket };
  load.events?.send('file.wanted', wanted, `file.wanted ${ticket}`);
}
