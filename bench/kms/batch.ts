import { Secret } from '../../core/crypto/secret.ts';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { besideEcho, figuresOf } from './beside-echo.ts';
import type { Echo, Service } from './service.ts';

/** Of one round. Every batch grows the census, and a small one is what the budget is about. */
const BATCHES = 8;
const ITEMS = 1000;
/** Their first calls meet cold code. */
const UNTIMED = 2;
const WORK = `a batch of ${ITEMS.toLocaleString('en')} wraps`;

/**
 * `/wrap/batch` of 1,000, one after the other, beside an echo of its bodies; and how long the event loop is held at a
 * stretch meanwhile.
 */
export async function measureBatch(service: Service, echo: Echo): Promise<Figure[]> {
  const person = await service.register('batch');

  async function body(): Promise<string> {
    const names = Array.from({ length: ITEMS }, () => service.newResource(person));
    return JSON.stringify({
      authentication: person.authentication,
      authorization: await service.authorizeMany(person, names),
      reason: 'bench',
      items: names.map((resource_name) => ({
        resource_name,
        key: Secret.random(32).use((bytes) => bytes.toString('base64')),
      })),
    });
  }
  const bodies = (count: number) => Promise.all(Array.from({ length: count }, body));

  const round = async (count: number) => besideEcho({ service, echo }, 'wrap/batch', await bodies(count), 1);
  await round(UNTIMED);
  const { batch: rounds } = await inTurn(['batch'], () => round(BATCHES));
  const held = rounds.map(({ ours }) => ours.heldMs);
  return [
    ...figuresOf(WORK, rounds, { p50: 50 }),
    {
      work: `${WORK}: the event loop held at the longest`,
      measured: median(held),
      budget: 10,
      limit: 'at most',
      unit: 'ms',
      beside: `of ${BATCHES} batches each time: ${held.map((ms) => ms.toFixed(1)).join(', ')} ms; the echo's ${median(rounds.map(({ echo: { heldMs } }) => heldMs)).toFixed(1)}`,
    },
  ];
}
