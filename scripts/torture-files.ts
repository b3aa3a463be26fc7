import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createWorkspace } from '../e2e/support/workspace.ts';
import { torture } from '../e2e/torture/torture.ts';
import { isBuilt } from './build-state.ts';

/** `npm run torture:files [-- --runs N --seed N]`: kills agents while they seal, open and move to the trash, files and folders. */
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const EXIT_CANCELLED = 130;
const count = z.coerce.number().int().nonnegative();
const runs = count.parse(values.runs ?? '300');
const seed = count.parse(values.seed ?? Date.now() % 2 ** 32);

if (!isBuilt()) throw new Error('There is no build of these sources to run; run "npm run build".');
console.log(`${runs} kills, seed ${seed}`);
const workspace = await createWorkspace();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void workspace.close().finally(() => process.exit(EXIT_CANCELLED)));
try {
  const startedAt = performance.now();
  const { kills, found, removed } = await torture(workspace, { runs, seed }, (line) => console.log(line));
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(`
Nothing was lost in ${runs} kills, seed ${seed}, ${minutes} minutes.
  killed while       ${[...kills].map(([stage, times]) => `${stage} ${times}`).join(', ')}
  found after kills  ${found.pairs} pairs and ${found.opened} opened files, all of them right;
                     ${found.trashed} originals in the trash, whole and each with a pair that opens to it
                     (${found.announced} announced there, and still in their place)
  and of folders     ${found.sealedFolders} sealed and ${found.openedFolders} opened ones, all of them whole;
                     ${found.trashedFolders} originals in the trash, whole and each with a sealed one that opens to it
  left by the dead   ${found.temporaries} temporary files and records, ${removed} of them looked for and gone after
                     the next start`);
} finally {
  await workspace.close();
}
