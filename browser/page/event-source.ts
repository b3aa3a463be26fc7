import type { Reach } from '../../shared/bridge/carrier.ts';
import { NOT_LET_IN } from './answers.ts';
import type { PageWorld } from './page-world.ts';
import { ROUTES } from './protocol.ts';
import type { Admission, OpenFetch } from './session.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;

export interface EventListener {
  /** The stream stands, for the first time or again: what changed in between is to be asked for. */
  connected(): void;
  /** It broke off and does not come back at once. `refused` is for good; told again while it lasts. */
  lost(reach: Exclude<Reach, 'there'>): void;
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
    const isOpen = typeof open === 'function';
    const response = isOpen ? await open(ROUTES.events).catch(() => undefined) : undefined;
    if (response?.status === 403) return listener.lost('refused');
    if (isOpen && response?.ok && response.body) {
      wait = FIRST_WAIT_MS;
      listener.connected();
      await readEvents(response.body, (name, data) => listener.event(open, name, data));
    } else listener.lost('lost');
    await world.wait(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
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
