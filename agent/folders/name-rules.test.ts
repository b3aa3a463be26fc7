import { stat, writeFile } from 'node:fs/promises';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngineBench, type EngineBench } from '../../test/support/engine.ts';
import { folded, nameRulesOf } from './name-rules.ts';

let bench: EngineBench;
beforeEach(async () => {
  bench = await createEngineBench();
});
afterEach(() => bench.close());

test('the file system is asked what it folds, and nothing is left', async () => {
  const rules = await nameRulesOf(bench.folder, bench.engine.temporaries);
  expect(await bench.names()).toEqual([]);
  await writeFile(bench.path('a\u00e9'), '');
  const isThere = (name: string) =>
    stat(bench.path(name)).then(
      () => true,
      () => false,
    );
  expect(rules).toEqual({
    platform,
    foldsCase: await isThere('A\u00e9'),
    foldsForms: await isThere('ae\u0301'),
  });
});

test.each([
  [true, true, 'E\u0301A', '\u00e9a'],
  [true, false, '\u00c9A', '\u00e9a'],
  [false, true, 'E\u0301A', '\u00c9A'],
  [false, false, 'E\u0301A', 'E\u0301A'],
])('names are folded as the file system does (case %s, forms %s)', (foldsCase, foldsForms, name, same) => {
  expect(folded(name, { platform: 'linux', foldsCase, foldsForms })).toBe(same);
});
