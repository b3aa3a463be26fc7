import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import type { BridgeCarrier, LeftOut, Offer } from '../shared/bridge/carrier.ts';
import type { FileRef } from '../shared/bridge/state.ts';
import { LIMITS } from '../shared/limits.ts';
import { CHANNELS } from './channels.ts';

/** Named functions only: neither `ipcRenderer` nor an event of Electron's gets into the page's world. */
const carrier: BridgeCarrier = {
  call: (name, input) => ipcRenderer.invoke(CHANNELS.call, name, input),
  on(name, listener) {
    type Event = Parameters<typeof listener>[0];
    const own = (_: IpcRendererEvent, told: string, event: Event) => {
      if (told === name) listener(event);
    };
    ipcRenderer.on(CHANNELS.event, own);
    return () => {
      ipcRenderer.off(CHANNELS.event, own);
    };
  },
  // The window goes with the main process.
  onReach: () => () => undefined,
  async offer(files) {
    const paths: string[] = [];
    const leftOut: LeftOut[] = [];
    for (const file of files) {
      // The contract calls it by the two fields that the page reads; it is the DOM's `File`, or this throws.
      const path = webUtils.getPathForFile(file as File);
      if (path !== '') paths.push(path);
      // A file that some script made has no path, and nothing to offer.
      else
        leftOut.push({ name: file.name, error: { code: 'FILE_NOT_READABLE', details: { file: file.name } } });
    }
    const taken: FileRef[] = [];
    for (let start = 0; start < paths.length; start += LIMITS.offeredFiles) {
      const batch = paths.slice(start, start + LIMITS.offeredFiles);
      const offer: Offer = await ipcRenderer.invoke(CHANNELS.offer, batch);
      taken.push(...offer.taken);
      leftOut.push(...offer.leftOut);
    }
    return { taken, leftOut };
  },
  async save() {
    throw new TypeError('this shell shows outputs in their folder instead');
  },
};

contextBridge.exposeInMainWorld('sealkeep', carrier);
