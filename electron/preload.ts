import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import type { BridgeCarrier } from '../shared/bridge/carrier.ts';
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
  offer(files) {
    // The contract calls it by the two fields that the page reads; it is the DOM's `File`, or this throws.
    const paths = files.map((file) => webUtils.getPathForFile(file as File));
    // A file that some script made has no path, and nothing to offer.
    return ipcRenderer.invoke(
      CHANNELS.offer,
      paths.filter((file) => file !== ''),
    );
  },
  async save() {
    throw new TypeError('this shell shows outputs in their folder instead');
  },
};

contextBridge.exposeInMainWorld('sealkeep', carrier);
