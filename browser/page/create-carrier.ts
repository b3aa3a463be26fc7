import type { BridgeEvent, BridgeEventName } from '../../shared/bridge/calls.ts';
import type { BridgeCarrier, Reach } from '../../shared/bridge/carrier.ts';
import { createAdmission, jsonPost } from './admission.ts';
import { errorOf, UNREACHABLE } from './answers.ts';
import { listenToEvents } from './event-source.ts';
import { createOfferedFiles, leaveOut } from './offered-files.ts';
import type { PageWorld } from './page-world.ts';
import { type FileWanted, ROUTES, type SaveReply } from './protocol.ts';

type Listeners = { readonly [Name in BridgeEventName]: Set<(event: BridgeEvent<Name>) => void> };

/**
 * `window.sealkeep` over the browser shell's loopback page. Calls wait for the exchange of the token. Without good
 * secrets every call answers LAUNCH_SECRET_REFUSED; with no shell there, SERVER_UNREACHABLE.
 */
export function createCarrier(world: PageWorld): BridgeCarrier {
  const listeners: Listeners = { 'app.changed': new Set(), 'jobs.changed': new Set() };
  const files = createOfferedFiles(world);
  const reaches = new Set<(reach: Reach) => void>();
  const admission = createAdmission(world);

  const emit = <Name extends BridgeEventName>(name: Name, event: BridgeEvent<Name>) => {
    for (const listener of listeners[name]) listener(event);
  };
  const call: BridgeCarrier['call'] = async (name, input) => {
    const open = await admission();
    if (typeof open !== 'function') return { ok: false, error: open };
    const response = await open(`${ROUTES.call}/${name}`, jsonPost(input)).catch(() => undefined);
    if (!response) return { ok: false, error: UNREACHABLE };
    // The shell parsed it by the table on the way out.
    if (response.ok) return response.json();
    return { ok: false, error: await errorOf(response) };
  };
  const tellReach = (reach: Reach) => {
    for (const listener of reaches) listener(reach);
  };
  const sync = async () => {
    const [state, jobs] = await Promise.all([call('app.state', {}), call('jobs.list', {})]);
    if (state.ok) emit('app.changed', state.value);
    if (jobs.ok) emit('jobs.changed', jobs.value);
  };
  void listenToEvents(world, admission, {
    connected() {
      tellReach('there');
      void sync();
    },
    lost: tellReach,
    mayRest: () => !files.hasAny(),
    event(open, name, data) {
      if (name === 'file.wanted') void files.wanted(open, data as FileWanted);
      else if (name === 'app.changed') emit(name, data as BridgeEvent<'app.changed'>);
      else if (name === 'jobs.changed') emit(name, data as BridgeEvent<'jobs.changed'>);
    },
  });

  return {
    call,
    on(name, listener) {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
    onReach(listener) {
      reaches.add(listener);
      return () => reaches.delete(listener);
    },
    async offer(given, folders = []) {
      const open = await admission();
      // What the page gives is the DOM's, of which the contract needs no more than name and size.
      const [real, realFolders] = [given as readonly File[], folders as readonly FileSystemDirectoryEntry[]];
      if (typeof open === 'function') return files.offer(open, real, realFolders);
      return { taken: [], leftOut: leaveOut([...real, ...realFolders], () => open) };
    },
    async save(job, output) {
      const open = await admission();
      if (typeof open !== 'function') throw new Error(open.code);
      const response = await open(ROUTES.saves, jsonPost({ job, output }));
      if (!response.ok) throw new Error('there is no such output');
      world.download(((await response.json()) as SaveReply).url);
    },
  };
}
