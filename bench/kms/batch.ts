import { Agent } from 'node:http';
import { Secret } from '../../core/crypto/secret.ts';
import { type Figure, median } from '../support/figures.ts';
import { post } from './load.ts';
import type { Service } from './service.ts';

const ROUNDS = 5;
const ITEMS = 1000;

/** `/wrap/batch` of 1,000: how long it takes, and how long the event loop is held at a stretch meanwhile. */
export async function measureBatch(service: Service): Promise<Figure[]> {
  const person = await service.register('batch');
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  const held: number[] = [];
  // One more, untimed: the first meets cold code.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const names = Array.from({ length: ITEMS }, () => service.newResource(person));
    const body = JSON.stringify({
      authentication: person.authentication,
      authorization: await service.authorizeMany(person, names),
      reason: 'bench',
      items: names.map((resource_name) => ({
        resource_name,
        key: Secret.random(32).use((bytes) => bytes.toString('base64')),
      })),
    });
    await service.watch();
    const startedAt = performance.now();
    await post(agent, `${service.address}/wrap/batch`, body);
    const ms = performance.now() - startedAt;
    const { heldMs } = await service.watched();
    if (round === 0) continue;
    times.push(ms);
    held.push(heldMs);
  }
  agent.destroy();
  const listed = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(', ');
  return [
    {
      work: '/wrap/batch of 1,000',
      measured: median(times),
      budget: 50,
      limit: 'at most',
      unit: 'ms',
      beside: listed(times),
    },
    {
      work: 'the event loop held meanwhile, at the longest',
      measured: median(held),
      budget: 10,
      limit: 'at most',
      unit: 'ms',
      beside: listed(held),
    },
  ];
}
