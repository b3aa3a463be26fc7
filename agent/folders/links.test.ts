import { expect, test } from 'vitest';
import { linksThatLeave } from './links.ts';
import type { NameRules } from './name-rules.ts';

const LINUX: NameRules = { platform: 'linux', foldsCase: false, foldsForms: false };
const MAC: NameRules = { platform: 'darwin', foldsCase: true, foldsForms: true };
const WINDOWS: NameRules = { platform: 'win32', foldsCase: true, foldsForms: false };

/** Paths of those that leave. */
async function leaving(links: Readonly<Record<string, string>>, rules = LINUX): Promise<string[]> {
  const all = Object.entries(links).map(([path, target]) => ({ path, target }));
  return [...(await linksThatLeave(all, rules))].map(({ path }) => path);
}

test.each(['x', './x', 'sub/../x', 'sub/', '..x', 'x//y', 'nowhere/at all', '.'])(
  '%j stays',
  async (target) => {
    expect(await leaving({ link: target })).toEqual([]);
  },
);

test.each(['..', '../x', 'sub/../../x', '/x', '/', 'a\\b', 'a\0b', './../x', 'link'])(
  '%j leaves',
  async (target) => {
    expect(await leaving({ link: target })).toEqual(['link']);
  },
);

test('how deep it lies counts', async () => {
  expect(await leaving({ 'photos/self': '../photos', self: '../photos' })).toEqual(['self']);
  expect(await leaving({ 'a/b/up': '../..', 'a/b/out': '../../..' })).toEqual(['a/b/out']);
});

test('a link through links is followed as the system would', async () => {
  expect(await leaving({ 'a/b/up': '../..', out: 'a/b/up/..' })).toEqual(['out']);
  expect(await leaving({ 'a/b/up': '../..', in: 'a/b/up/x' })).toEqual([]);
  expect(await leaving({ deep: 'a/b/c', up: 'deep/../..' })).toEqual([]);
  expect(await leaving({ one: 'two', two: 'three/..', three: '..' })).toEqual(['one', 'two', 'three']);
  expect(await leaving({ out: '..', through: 'out/photos' })).toEqual(['out', 'through']);
});

test('circles and ladders without an end are left out', async () => {
  expect(await leaving({ a: 'b', b: 'a' })).toEqual(['a', 'b']);
  const ladder = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`l${index}`, `l${index + 1}`]));
  expect(await leaving(ladder)).toHaveLength(19);
  expect(await leaving({ long: 'x/'.repeat(300) })).toEqual(['long']);
});

test('where names fold a link can’t hide behind another spelling', async () => {
  const links = { 'a/b/Up': '../..', out: 'a/b/up/..' };
  expect(await leaving(links)).toEqual([]);
  expect(await leaving(links, MAC)).toEqual(['out']);
  expect(await leaving({ 'a/É': '..', out: 'a/e\u0301/..' }, MAC)).toEqual(['out']);
});

test('on Windows a target has no drive and no short name', async () => {
  for (const target of ['C:', 'C:x', 'a:b', 'PROGRA~1', 'nul'])
    expect(await leaving({ link: target }, WINDOWS)).toEqual(['link']);
  expect(await leaving({ link: '../a.txt', 'sub/link': '../a.txt' }, WINDOWS)).toEqual(['link']);
});
