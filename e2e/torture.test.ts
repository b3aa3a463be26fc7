import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type Workspace } from './support/workspace.ts';
import { torture } from './torture/torture.ts';

const RUNS = 5;
/** Half a minute on two cores that others use as well. */
const TIMEOUT_MS = 300_000;

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.close());

test(
  'an agent that is killed five times loses nothing (npm run torture:files does it for hours)',
  async () => {
    const seed = Date.now() % 2 ** 32;
    const { kills, found } = await torture(workspace, { runs: RUNS, seed });
    expect([...kills.values()].reduce((sum, times) => sum + times)).toBe(RUNS);
    // Agents that did nothing would lose nothing.
    expect(found.pairs + found.sealedFolders).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
