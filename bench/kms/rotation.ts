import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import path from 'node:path';
import type { Figure } from '../support/figures.ts';
import { post } from './load.ts';

const KEYS = 100_000;
const PROGRAM = path.join(import.meta.dirname, '..', 'programs', 'kms-rotation.ts');

export type RotationAnswer =
  | { readonly kind: 'ready'; readonly address: string; readonly body: string }
  | { readonly kind: 'rotated'; readonly ms: number; readonly rewrapped: number };

/** How long an unwrap waits at most while 100,000 wrapped keys are rewrapped under a new version of their KEK. */
export async function measureRotation(folder: string): Promise<Figure[]> {
  const child = fork(PROGRAM, [folder, String(KEYS)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const agent = new Agent({ keepAlive: true });
  try {
    const ready = await answerOf(child, 'ready');
    const ask = async () => {
      const sentAt = performance.now();
      await post(agent, `${ready.address}/unwrap`, ready.body);
      return performance.now() - sentAt;
    };
    // The first meet cold code.
    for (let index = 0; index < 200; index += 1) await ask();
    const rotated = answerOf(child, 'rotated');
    child.send('rotate');
    const waits: number[] = [];
    let isOver = false;
    void rotated.then(() => {
      isOver = true;
    });
    while (!isOver) waits.push(await ask());
    const { ms, rewrapped } = await rotated;
    if (rewrapped !== KEYS) throw new Error(`${rewrapped} of ${KEYS} were rewrapped`);
    waits.sort((left, right) => left - right);
    const p99 = waits[Math.floor(waits.length * 0.99)] ?? 0;
    return [
      {
        work: `the longest an unwrap waits while ${KEYS.toLocaleString('en')} keys are rewrapped`,
        measured: waits.at(-1) ?? 0,
        budget: 50,
        limit: 'at most',
        unit: 'ms',
        beside: `p99 ${p99.toFixed(1)} ms of ${waits.length}; all of it took ${(ms / 1000).toFixed(1)} s`,
      },
    ];
  } finally {
    agent.destroy();
    child.disconnect();
    await once(child, 'exit');
  }
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
