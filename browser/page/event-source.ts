import type { PageWorld } from './page-world.ts';
import { ROUTES } from './protocol.ts';
import type { OpenFetch } from './session.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;

export interface EventListener {
  /** The stream stands, for the first time or again: what changed in between is to be asked for. */
  connected(): void;
  event(name: string, data: unknown): void;
}

/** Listens for as long as the page lives, over and over with back-off; ends where the secrets are refused. */
export async function listenToEvents(
  world: PageWorld,
  open: OpenFetch,
  listener: EventListener,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  for (;;) {
    const response = await open(ROUTES.events).catch(() => undefined);
    if (response?.status === 403) return;
    if (response?.ok && response.body) {
      wait = FIRST_WAIT_MS;
      listener.connected();
      await readEvents(response.body, listener);
    }
    await world.wait(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Reads `event:` and `data:` lines (HTML, server-sent events) until the stream ends or breaks off. */
async function readEvents(body: ReadableStream<Uint8Array>, listener: EventListener): Promise<void> {
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
      if (name !== undefined && data !== undefined) listener.event(name, JSON.parse(data));
    }
  }
}
