import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileName, isPortableFileName, nameBytes, numberedName, shortenedName } from './file-name.ts';
import { formatResourceName, parseResourceName, resourceName, splitResourceName } from './resource-name.ts';
import { userName } from './user-name.ts';

describe('a file name', () => {
  test.each([
    'report.txt',
    '.profile',
    'été 日本',
    'a',
    'CON',
    'a:b',
    'x'.repeat(255),
    '...',
    'tab is not here',
  ])('%j is one step', (name) => {
    expect(fileName.safeParse(name).success).toBe(true);
  });

  test.each([
    '',
    '.',
    '..',
    '/',
    'a/b',
    'a\\b',
    '../x',
    'a\0',
    '\u202egpj.exe',
    'a\u2066b',
    'a\nb',
    '\u007f',
    'x'.repeat(256),
    'é'.repeat(128),
    '\ud800',
  ])('%j is none', (name) => {
    expect(fileName.safeParse(name).success).toBe(false);
  });

  test.each([
    'con',
    'NUL.txt',
    'com1',
    'LPT9.tar.gz',
    'COM²',
    'a:b',
    'a*',
    'what?',
    '"a"',
    '<a>',
    'a|b',
    'a.',
    'a ',
  ])('%j does not travel to Windows', (name) => {
    expect(isPortableFileName(name)).toBe(false);
  });

  test.each(['console.txt', 'com10', 'report.txt', '.profile', 'été'])('%j travels', (name) => {
    expect(isPortableFileName(name)).toBe(true);
  });

  test.each([
    ['report.txt', 'report (2).txt'],
    ['archive.tar.gz', 'archive.tar (2).gz'],
    ['README', 'README (2)'],
    ['.profile', '.profile (2)'],
    ['.config.json', '.config (2).json'],
    ['a.', 'a (2).'],
  ])('%j with a number is %j', (name, numbered) => {
    expect(numberedName(name, 2)).toBe(numbered);
  });

  test('a number fits into a name that is full, at the cost of what is before the ending', () => {
    expect(numberedName(`${'x'.repeat(251)}.txt`, 2)).toBe(`${'x'.repeat(247)} (2).txt`);
    expect(numberedName(`${'é'.repeat(125)}.txt`, 10, 250)).toBe(`${'é'.repeat(120)} (10).txt`);
    expect(numberedName(`a.${'x'.repeat(253)}`, 2)).toBe(`a.${'x'.repeat(249)} (2)`);
  });

  test('a name that is too long is cut between code points, and tagged', () => {
    const short = shortenedName('😀'.repeat(63), 'tag', 251);
    expect(short).toBe(`${'😀'.repeat(59)}~tag`);
    expect(nameBytes(short)).toBeLessThanOrEqual(251 - 8);
  });
});

describe('a resource name', () => {
  const id = fc
    .base64String({ minLength: 32, maxLength: 32 })
    .map((text) => text.slice(0, 22).replace(/[+/=]/g, '_'));

  test('is put together and taken apart', () => {
    fc.assert(
      fc.property(id, id, (owner, resource) => {
        const name = formatResourceName({ owner, id: resource });
        expect(resourceName.safeParse(name).success).toBe(true);
        expect(parseResourceName(name)).toEqual({ owner, id: resource });
      }),
    );
  });

  const A = 'A'.repeat(22);
  test.each([
    '',
    `//sealkeep/${A}`,
    `//sealkeep/${A}/${A}/`,
    `//other/${A}/${A}`,
    `//sealkeep/${A}/${A}A`,
    ` //sealkeep/${A}/${A}`,
    `//sealkeep/${A}/${A}\n`,
  ])('%j is not ours', (name) => {
    expect(splitResourceName(name)).toBeUndefined();
    expect(() => parseResourceName(name)).toThrow('RESOURCE_MISMATCH');
  });
});

describe('a user name', () => {
  test.each([
    ['Ann', 'ann'],
    ['ANN@Example.COM', 'ann@example.com'],
    ['ﬁona', 'fiona'],
    ['Ａｎｎ', 'ann'],
    ['e\u0301va', 'éva'],
    ['李', '李'],
  ])('%j is %j', (text, name) => {
    expect(userName.parse(text)).toBe(name);
  });

  test.each(['', ' ', 'a b', 'a/b', 'a\0', 'x'.repeat(65), 'a\u200bb', '😀', 'a:b'])('%j is none', (text) => {
    expect(userName.safeParse(text).success).toBe(false);
  });
});
