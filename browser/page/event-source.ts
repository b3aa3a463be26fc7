import type { Reach } from '../../shared/bridge/carrier.ts';
import type { Admission, OpenFetch } from './admission.ts';
import { NOT_LET_IN } from './answers.ts';
import type { PageWorld } from './page-world.ts';
import { ROUTES } from './protocol.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;

export interface EventListener {
  /** The stream stands, for the first time or again: what changed in between is to be asked for. */
  connected(): void;
  /** It broke off and does not come back at once. `refused` is for good; told again while it lasts. */
  lost(reach: Exclude<Reach, 'there'>): void;
  /**
   * Whether a page that nobody sees needs no events. A browser opens six connections to one server, for all its tabs: six
   * streams would leave none for anything else.
   */
  mayRest(): boolean;
  /** @param open by which what the event asks for is sent. */
  event(open: OpenFetch, name: string, data: unknown): void;
}

/** Listens for as long as the page lives, over and over with back-off; ends where the secrets are refused. */
export async function listenToEvents(
  world: PageWorld,
  admission: Admission,
  listener: EventListener,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  for (;;) {
    const open = await admission();
    if (open === NOT_LET_IN) return listener.lost('refused');
    if (typeof open === 'function') {
      await untilShown(world, listener);
      const end = await listenOnce(world, open, listener);
      if (end === 'resting') continue;
      if (end === 'refused') return listener.lost('refused');
      if (end === 'broken off') wait = FIRST_WAIT_MS;
      else listener.lost('lost');
    } else listener.lost('lost');
    await world.wait(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Resolves at once where the page needs its events all the same. */
async function untilShown(world: PageWorld, { mayRest }: EventListener): Promise<void> {
  const needsEvents = () => world.isShown() || !mayRest();
  if (needsEvents()) return;
  await new Promise<void>((resolve) => {
    const stop = world.onShownChange(() => {
      if (!needsEvents()) return;
      stop();
      resolve();
    });
  });
}

/** One stream, until it ends, breaks off, or is let go because nobody sees the page. */
async function listenOnce(
  world: PageWorld,
  open: OpenFetch,
  listener: EventListener,
): Promise<'unreachable' | 'refused' | 'broken off' | 'resting'> {
  const resting = new AbortController();
  const { signal } = resting;
  const stop = world.onShownChange(() => {
    if (!world.isShown() && listener.mayRest()) resting.abort();
  });
  try {
    const response = await open(ROUTES.events, { signal }).catch(() => undefined);
    if (signal.aborted) return 'resting';
    if (response?.status === 403) return 'refused';
    if (!response?.ok || !response.body) return 'unreachable';
    listener.connected();
    await readEvents(response.body, (name, data) => listener.event(open, name, data));
    return signal.aborted ? 'resting' : 'broken off';
  } finally {
    stop();
  }
}

/** Reads `event:` and `data:` lines (HTML, server-sent events) until the stream ends or breaks off. */
async function readEvents(
  body: ReadableStream<Uint8Array>,
  take: (name: string, data: unknown) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const piece = await reader.read().catch(() => undefined);
    if (!piece || piece.done) return;
    const blocks = (text + decoder.decode(piece.value, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (name !== undefined && data !== undefined) take(name, JSON.parse(data));
    }
  }
}
