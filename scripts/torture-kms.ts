import { parseArgs } from 'node:util';
import { z } from 'zod';
import { torture } from '../test/torture-kms/torture.ts';

/**
 * `npm run torture:kms [-- --runs N --keys N --seed N]`: kills a KMS while it rotates, rewraps, retires and
 * destroys key versions, and while its root key is changed.
 */
const { values } = parseArgs({
  options: { runs: { type: 'string' }, keys: { type: 'string' }, seed: { type: 'string' } },
});
const count = z.coerce.number().int().nonnegative();
const runs = count.parse(values.runs ?? '300');
const keys = count.parse(values.keys ?? '10000');
const seed = count.parse(values.seed ?? Date.now() % 2 ** 32);

console.log(`${runs} kills over ${keys} wrapped keys, seed ${seed}`);
const startedAt = performance.now();
const { kills, versions } = await torture({ runs, seed, keys }, (line) => console.log(line));
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
const listed = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
console.log(`
Every wrapped key opened after each of ${runs} kills, seed ${seed}, ${minutes} minutes.
  killed while  ${listed(kills)}
  versions now  ${listed(versions)}`);
