import type { BridgeEvent, BridgeEventName } from '../../shared/bridge/calls.ts';
import type { BridgeCarrier, BridgeResult } from '../../shared/bridge/carrier.ts';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { errorOf } from './answers.ts';
import { listenToEvents } from './event-source.ts';
import { createOfferedFiles, leaveOut } from './offered-files.ts';
import type { PageWorld } from './page-world.ts';
import { type FileWanted, ROUTES, type SaveReply } from './protocol.ts';
import { jsonPost, type OpenFetch, openSession } from './session.ts';

type Listeners = { readonly [Name in BridgeEventName]: Set<(event: BridgeEvent<Name>) => void> };

/**
 * `window.sealkeep` over the browser shell's loopback page. Calls wait for the exchange of the token. Without good
 * secrets every call answers LAUNCH_SECRET_REFUSED; with no shell there, SERVER_UNREACHABLE.
 */
export function createCarrier(world: PageWorld): BridgeCarrier {
  const listeners: Listeners = { 'app.changed': new Set(), 'jobs.changed': new Set() };
  const files = createOfferedFiles();
  const session = openSession(world);

  const emit = <Name extends BridgeEventName>(name: Name, event: BridgeEvent<Name>) => {
    for (const listener of listeners[name]) listener(event);
  };
  const call: BridgeCarrier['call'] = async (name, input) => {
    try {
      const open = await session;
      if (!open) return failure('LAUNCH_SECRET_REFUSED');
      const response = await open(`${ROUTES.call}/${name}`, jsonPost(input));
      // The shell parsed it by the table on the way out.
      if (response.ok) return await response.json();
      return { ok: false, error: await errorOf(response) };
    } catch {
      return failure('SERVER_UNREACHABLE', { url: '' });
    }
  };
  const sync = async () => {
    const [state, jobs] = await Promise.all([call('app.state', {}), call('jobs.list', {})]);
    if (state.ok) emit('app.changed', state.value);
    if (jobs.ok) emit('jobs.changed', jobs.value);
  };
  const listen = (open: OpenFetch) =>
    listenToEvents(world, open, {
      connected: () => void sync(),
      event(name, data) {
        if (name === 'file.wanted') void files.wanted(open, data as FileWanted);
        else if (name === 'app.changed') emit(name, data as BridgeEvent<'app.changed'>);
        else if (name === 'jobs.changed') emit(name, data as BridgeEvent<'jobs.changed'>);
      },
    });
  // A session that can't be opened is what every call answers.
  session.then(
    (open) => open && listen(open),
    () => undefined,
  );

  return {
    call,
    on(name, listener) {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
    async offer(given) {
      const open = await session;
      // What the page gives is the DOM's, of which the contract needs no more than name and size.
      const real = given as readonly File[];
      if (open) return files.offer(open, real);
      const notLetIn: BridgeError = { code: 'LAUNCH_SECRET_REFUSED', details: {} };
      return { taken: [], leftOut: leaveOut(real, () => notLetIn) };
    },
    async save(job, output) {
      const open = await session;
      const response = await open?.(ROUTES.saves, jsonPost({ job, output }));
      if (!response?.ok) throw new Error('there is no such output');
      world.download(((await response.json()) as SaveReply).url);
    },
  };
}

function failure(code: BridgeError['code'], details: BridgeError['details'] = {}): BridgeResult<never> {
  return { ok: false, error: { code, details } };
}
