import { describe, expect, test } from 'vitest';
import { chooseLanguage } from './choose-language.ts';
import { SHELL_EN, type ShellText } from './shell-en.ts';
import { shellTexts } from './shell-texts.ts';
import { SHELL_ZH_HANT } from './shell-zh-hant.ts';

const KEYS = Object.keys(SHELL_EN) as ShellText[];
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('the texts of the desktop shell', () => {
  test.each(KEYS)('%s is there in both languages, and asks for the same', (key) => {
    expect(SHELL_ZH_HANT[key]).toMatch(/[\u4e00-\u9fff]/);
    expect(SHELL_ZH_HANT[key]).not.toMatch(/[\u4e00-\u9fff][,;:?!]/);
    expect(places(SHELL_ZH_HANT[key])).toEqual(places(SHELL_EN[key]));
    expect(shellTexts('en').say(key, { name: 'a', done: 1, total: 2 })).not.toMatch(/[{}…]/);
  });

  test('are filled in, a value as it is', () => {
    const details = { done: 1, total: 2, name: '{done} $&' };
    expect(shellTexts('en').say('jobs.some-failed', details)).toBe('1 of 2 files are done.');
    expect(shellTexts('zh-Hant').say('jobs.some-failed', details)).toBe('2 個檔案中已完成 1 個。');
    expect(shellTexts('en').say('job.sealed', details)).toBe('{done} $& is sealed.');
  });

  test('errors have their sentence in each language', () => {
    const details = { file: 'a.enc' };
    expect(shellTexts('en').sentence('FILE_NOT_FOUND', details)).toBe('There is no file a.enc.');
    expect(shellTexts('zh-Hant').sentence('FILE_NOT_FOUND', details)).toMatch(/[\u4e00-\u9fff]/);
  });
});

test.each([
  [['zh-TW', 'en'], 'zh-Hant'],
  [['zh-Hant-HK'], 'zh-Hant'],
  [['zh'], 'zh-Hant'],
  [['de', 'en-IE'], 'en'],
  [['de'], 'en'],
  [[], 'en'],
] as const)('%j is read in %s', (preferred, language) => {
  expect(chooseLanguage(preferred)).toBe(language);
});
