import path from 'node:path';
import { type BrowserWindow, ipcMain, type WebFrameMain } from 'electron';
import { z } from 'zod';
import type { App } from '../agent/app/app.ts';
import { bridgeErrorOf } from '../agent/app/bridge-error.ts';
import { sideBySide } from '../agent/engine/side-by-side.ts';
import { BRIDGE_EVENTS, type BridgeEventName, isBridgeCallName } from '../shared/bridge/calls.ts';
import type { BridgeResult, LeftOut, Offer } from '../shared/bridge/carrier.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import { LIMITS } from '../shared/limits.ts';
import { CHANNELS } from './channels.ts';
import { isPageAddress } from './page-address.ts';

/** Calls the bridge's table by name; `dispatch` of the agent, or something around it. It parses and never rejects. */
export type Call = (name: string, input: unknown) => Promise<BridgeResult<unknown>>;

const callName = z.string().refine(isBridgeCallName);
const offeredPaths = z.array(z.string().max(32_768).refine(path.isAbsolute)).max(LIMITS.offeredFiles);

/**
 * The one door for messages of the page. It answers nobody but the main frame of our own page; everyone else's call is
 * rejected. `ipcMain` is nowhere else.
 */
export function registerIpc(app: Pick<App, 'offerPath' | 'report'>, call: Call): void {
  door(CHANNELS.call, (name, input) => call(callName.parse(name), input));
  door(CHANNELS.offer, (paths) => offerAll(app, offeredPaths.parse(paths)));
}

function door(channel: string, answer: (...given: unknown[]) => Promise<unknown>): void {
  ipcMain.handle(channel, async (event, ...given: unknown[]) => {
    // Before anything is awaited: a frame that has gone in between reads as null, or as another page.
    assertOurPage(event.senderFrame);
    return answer(...given);
  });
}

/** @throws TypeError for every sender but the main frame of our page. */
function assertOurPage(frame: Pick<WebFrameMain, 'parent' | 'url'> | null): void {
  if (frame === null || frame.parent !== null || !isPageAddress(frame.url)) {
    throw new TypeError('the sender is not the page');
  }
}

/** A few at a time: each is opened to see that it can be read, and a process may have only so many open files. */
async function offerAll(app: Pick<App, 'offerPath' | 'report'>, paths: readonly string[]): Promise<Offer> {
  const offered = await sideBySide(paths, (file) =>
    app.offerPath(file).catch((error: unknown): LeftOut => {
      if (!isSealkeepError(error)) app.report(error);
      return { name: path.basename(file), error: bridgeErrorOf(error) };
    }),
  );
  return {
    taken: offered.filter((one) => 'ref' in one),
    leftOut: offered.filter((one) => 'error' in one),
  };
}

/** Tells the window's page of every event of the bridge, for as long as there is a window. */
export function sendEvents(app: Pick<App, 'on'>, window: BrowserWindow): void {
  const send = (name: BridgeEventName) => (event: unknown) => {
    // Of a window that is gone Electron does not even give the web contents: asking for them throws.
    if (window.isDestroyed() || !isPageAddress(window.webContents.getURL())) return;
    window.webContents.send(CHANNELS.event, name, event);
  };
  const names = Object.keys(BRIDGE_EVENTS) as BridgeEventName[];
  const stops = names.map((name) => app.on(name, send(name)));
  window.once('closed', () => {
    for (const stop of stops) stop();
  });
}
