import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import path from 'node:path';
import { wrapReply } from '../../shared/api/kms/kacls.ts';
import { claimedKekVersion } from '../../shared/formats/wrapped-key.ts';
import type { Figure } from '../support/figures.ts';
import { percentilesOf, post } from './load.ts';

const KEYS = 100_000;
/** Of each call: the first meet cold code. */
const UNTIMED = 200;
const PROGRAM = path.join(import.meta.dirname, '..', 'programs', 'kms-rotation.ts');

const CALLS = ['wrap', 'unwrap'] as const;
type Call = (typeof CALLS)[number];

export type RotationOrder = 'rotate' | 'count';
export type RotationAnswer =
  | { readonly kind: 'ready'; readonly address: string; readonly bodies: Readonly<Record<Call, string>> }
  | { readonly kind: 'rotated'; readonly ms: number }
  /** How much hangs on the first version. */
  | { readonly kind: 'counted'; readonly left: number };

/** How long a wrap and an unwrap wait at most while 100,000 wrapped keys are rewrapped under a new version of their KEK. */
export async function measureRotation(folder: string): Promise<Figure[]> {
  const child = fork(PROGRAM, [folder, String(KEYS)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const tell = (order: RotationOrder) => child.send(order);
  const agent = new Agent({ keepAlive: true });
  try {
    const { address, bodies } = await answerOf(child, 'ready');
    let wrappedUnderFirst = 0;

    /** Milliseconds of one call. */
    async function ask(call: Call): Promise<number> {
      const sentAt = performance.now();
      const text = await post(agent, `${address}/${call}`, bodies[call]);
      const ms = performance.now() - sentAt;
      if (call === 'wrap' && versionOf(text) === 1) wrappedUnderFirst += 1;
      return ms;
    }

    for (const call of CALLS) for (let index = 0; index < UNTIMED; index += 1) await ask(call);
    let isOver = false;
    const rotated = answerOf(child, 'rotated').finally(() => {
      isOver = true;
    });
    tell('rotate');
    const askOn = async (call: Call) => {
      const waits: number[] = [];
      while (!isOver) waits.push(await ask(call));
      return waits;
    };
    const [wraps, unwraps, { ms }] = await Promise.all([askOn('wrap'), askOn('unwrap'), rotated]);
    const counted = answerOf(child, 'counted');
    tell('count');
    const { left } = await counted;
    // What the bench wrapped is in no registry, so nothing carries it over.
    if (left !== wrappedUnderFirst)
      throw new Error(`${left - wrappedUnderFirst} of ${KEYS} were not rewrapped`);
    return [figureOf('a wrap', wraps, ms), figureOf('an unwrap', unwraps, ms)];
  } finally {
    agent.destroy();
    child.disconnect();
    await once(child, 'exit');
  }
}

function versionOf(reply: string): number {
  return claimedKekVersion(wrapReply.parse(JSON.parse(reply)).wrapped_key).version;
}

function figureOf(call: string, waits: readonly number[], rotationMs: number): Figure {
  const { p50, p95, p99, longest } = percentilesOf(waits);
  return {
    work: `the longest ${call} waits while ${KEYS.toLocaleString('en')} keys are rewrapped`,
    measured: longest,
    budget: 50,
    limit: 'at most',
    unit: 'ms',
    beside: `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, p99 ${p99.toFixed(1)} ms of ${waits.length}; all of it took ${(rotationMs / 1000).toFixed(1)} s`,
  };
}

async function answerOf<Kind extends RotationAnswer['kind']>(
  child: ReturnType<typeof fork>,
  kind: Kind,
): Promise<Extract<RotationAnswer, { kind: Kind }>> {
  for (;;) {
    const [answer] = (await once(child, 'message')) as [RotationAnswer];
    if (answer.kind === kind) return answer as Extract<RotationAnswer, { kind: Kind }>;
  }
}
