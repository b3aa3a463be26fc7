import { expect, test } from 'vitest';
import type { NameRules } from './name-rules.ts';
import { createNamePlan, safeName } from './plan-names.ts';

const LINUX: NameRules = { platform: 'linux', foldsCase: false, foldsForms: false };
const MAC: NameRules = { platform: 'darwin', foldsCase: true, foldsForms: true };
const WINDOWS: NameRules = { platform: 'win32', foldsCase: true, foldsForms: false };

test('where all names can be, all stay as they are', () => {
  const plan = createNamePlan(LINUX);
  for (const path of ['A', 'a', 'e\u0301', '\u00e9', 'CON', 'a:b']) expect(plan.nameFile(path)).toBe(path);
  expect(plan.renamed).toEqual([]);
});

test('what is one and the same gets a number, folders too, and what is in them goes along', () => {
  const plan = createNamePlan(MAC);
  expect(plan.nameFolder('Photos')).toBe('Photos');
  expect(plan.nameFolder('photos')).toBe('photos (2)');
  expect(plan.nameFile('Photos/A.txt')).toBe('Photos/A.txt');
  expect(plan.nameFile('Photos/a.txt')).toBe('Photos/a (2).txt');
  expect(plan.nameFile('photos/a.txt')).toBe('photos (2)/a.txt');
  expect(plan.nameFile('Photos/\u00c9')).toBe('Photos/\u00c9');
  expect(plan.nameFile('Photos/e\u0301')).toBe('Photos/e\u0301 (2)');
  expect(plan.renamed.map(({ path }) => path)).toEqual(['photos', 'Photos/a.txt', 'Photos/e\u0301']);
});

test('forms alone tell names apart where only case does not', () => {
  const plan = createNamePlan(WINDOWS);
  expect(plan.nameFile('\u00e9')).toBe('\u00e9');
  expect(plan.nameFile('e\u0301')).toBe('e\u0301');
  expect(plan.nameFile('\u00c9')).toBe('\u00c9 (2)');
});

test('a number that is taken is passed over, and so is what is reserved', () => {
  const plan = createNamePlan(MAC, ['sealkeep-folder.enc']);
  expect(plan.nameFile('a (2)')).toBe('a (2)');
  expect(plan.nameFile('a')).toBe('a');
  expect(plan.nameFile('A')).toBe('A (3)');
  expect(plan.nameFolder('Sealkeep-Folder.enc')).toBe('Sealkeep-Folder (2).enc');
});

test('thousands that are one get numbers, in a time that does not grow with how many there are', () => {
  const plan = createNamePlan(MAC);
  const letters = (number: number) =>
    [...number.toString(2).padStart(13, '0')].map((bit) => (bit === '1' ? 'A' : 'a')).join('');
  const names = Array.from({ length: 8000 }, (_, number) => plan.nameFile(`Photos ${letters(number)}.jpg`));
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(8000);
  expect(names.at(-1)).toContain(' (8000).jpg');
});

test.each([
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['a:b', 'a_b'],
  ['what?', 'what_'],
  ['trailing.', 'trailing_'],
  ['trailing. .', 'trailing___'],
  ['report.txt', 'report.txt'],
  ['con:', 'con_'],
])('on Windows %j is %j, elsewhere it stays', (name, safe) => {
  expect(safeName(name, WINDOWS)).toBe(safe);
  expect(safeName(name, MAC)).toBe(name);
});

test('two that become one on Windows are told apart', () => {
  const plan = createNamePlan(WINDOWS);
  expect(plan.nameFile('a:b')).toBe('a_b');
  expect(plan.nameFile('a?b')).toBe('a_b (2)');
  expect(plan.nameFile('a_b')).toBe('a_b (3)');
});
