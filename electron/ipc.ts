import path from 'node:path';
import { type BrowserWindow, ipcMain, type WebFrameMain } from 'electron';
import { z } from 'zod';
import type { App } from '../agent/app/app.ts';
import { BRIDGE_EVENTS, type BridgeEventName, isBridgeCallName } from '../shared/bridge/calls.ts';
import type { BridgeResult } from '../shared/bridge/carrier.ts';
import type { FileRef } from '../shared/bridge/state.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import { CHANNELS } from './channels.ts';
import { isPageAddress } from './page-address.ts';

/** Calls the bridge's table by name; `dispatch` of the agent, or something around it. It parses and never rejects. */
export type Call = (name: string, input: unknown) => Promise<BridgeResult<unknown>>;

const callName = z.string().refine(isBridgeCallName);
const offeredPaths = z.array(z.string().max(32_768).refine(path.isAbsolute)).max(10_000);

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

/** What is gone again, or is neither file nor folder, is left out; the page says how many of how many it got. */
async function offerAll(
  app: Pick<App, 'offerPath' | 'report'>,
  paths: readonly string[],
): Promise<readonly FileRef[]> {
  const offered = await Promise.all(
    paths.map((file) =>
      app.offerPath(file).catch((error: unknown) => {
        if (!isSealkeepError(error)) app.report(error);
        return undefined;
      }),
    ),
  );
  return offered.filter((file) => file !== undefined);
}

/** Tells the window's page of every event of the bridge. @returns stops. */
export function sendEvents(app: Pick<App, 'on'>, window: BrowserWindow): () => void {
  const send = (name: BridgeEventName) => (event: unknown) => {
    const { webContents } = window;
    if (window.isDestroyed() || !isPageAddress(webContents.getURL())) return;
    webContents.send(CHANNELS.event, name, event);
  };
  const names = Object.keys(BRIDGE_EVENTS) as BridgeEventName[];
  const stops = names.map((name) => app.on(name, send(name)));
  return () => {
    for (const stop of stops) stop();
  };
}
