import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishSync } from './publish-sync.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
const pair = () => [
  { temporary: at('.1'), name: at('a.enc') },
  { temporary: at('.2'), name: at('a.key') },
];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sealkeep-publish-sync-'));
  for (const { temporary } of pair()) writeFileSync(temporary, 'sealed');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a pair gets its names', () => {
  expect(publishSync(pair())).toBe(true);
  expect(readdirSync(folder)).toEqual(['a.enc', 'a.key']);
});

test.each(['a.enc', 'a.key'])('where %s is taken nothing changes', (taken) => {
  writeFileSync(at(taken), 'mine');
  expect(publishSync(pair())).toBe(false);
  expect(readdirSync(folder)).toEqual(['.1', '.2', taken]);
  expect(readFileSync(at(taken), 'utf8')).toBe('mine');
});

test.each(['a.enc', 'a.key'])('what takes %s right after the look is not overwritten', (taken) => {
  const isTaken = (name: string) => {
    if (name === at(taken)) writeFileSync(name, 'mine');
    return false;
  };
  expect(publishSync(pair(), isTaken)).toBe(false);
  expect(readdirSync(folder)).toEqual(['.1', '.2', taken]);
  expect(readFileSync(at(taken), 'utf8')).toBe('mine');
});
