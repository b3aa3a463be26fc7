import { describe, expect, test } from 'vitest';
import type { Message } from './catalogue.ts';
import { chooseLocale } from './choose-locale.ts';
import { EN } from './en.ts';
import { createFormat } from './format.ts';
import { ENGLISH } from './speech.ts';
import { CHINESE } from './speech-zh-hant.ts';
import { createTranslate } from './texts.ts';
import { ZH_HANT } from './zh-hant.ts';

const forms = (message: Message) => (typeof message === 'string' ? [message] : [message.one, message.other]);
const places = (message: Message) =>
  [
    ...new Set(forms(message).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))),
  ].sort();
const KEYS = Object.keys(EN) as (keyof typeof EN)[];

describe('the catalogues', () => {
  test.each(KEYS)('%s asks for the same in both languages', (key) => {
    expect(places(ZH_HANT[key])).toEqual(places(EN[key]));
  });

  test('nothing is in one language only, and nothing is blank', () => {
    expect(Object.keys(ZH_HANT).sort()).toEqual([...KEYS].sort());
    for (const key of KEYS) {
      for (const form of [...forms(EN[key]), ...forms(ZH_HANT[key])]) expect(form.trim()).not.toBe('');
    }
  });

  test('Chinese is Chinese, with its own punctuation', () => {
    for (const key of KEYS) {
      for (const form of forms(ZH_HANT[key])) expect(form).not.toMatch(/[\u4e00-\u9fff][,;:?!]/);
    }
  });
});

describe('texts', () => {
  const en = createTranslate(ENGLISH);
  const zh = createTranslate(CHINESE);
  test('are filled in, and counted', () => {
    expect(en('files.hover', { n: 1 })).toBe('Let go to start with 1 item');
    expect(en('files.hover', { n: 1200 })).toBe('Let go to start with 1,200 items');
    expect(zh('files.hover', { n: 1 })).toBe('放開即可處理 1 個項目');
    expect(zh('delete.title', { n: 1, name: 'a.txt' })).toBe('要從雲端刪除「a.txt」嗎？');
    expect(zh('delete.title', { n: 2, name: 'a.txt' })).toBe('要從雲端刪除 2 個檔案嗎？');
    expect(en('share.title', { name: '{n} $&' })).toBe('Share “{n} $&”');
  });

  test('no name that is filled in turns the writing round', () => {
    expect(en('share.title', { name: 'a\u202egpj.exe' })).toBe('Share “a\ufffdgpj.exe”');
    expect(createFormat('zh-TW').list(['a\u0007b', 'c\u2067'])).toBe('a\ufffdb、c\ufffd');
  });

  test('numbers follow the flavour of the system', () => {
    expect(chooseLocale('en', ['de', 'en-IE'])).toBe('en-IE');
    expect(chooseLocale('en', ['de'])).toBe('en');
    expect(chooseLocale('zh-Hant', ['en-IE'])).toBe('zh-TW');
  });
});

describe('formats', () => {
  const en = createFormat('en');
  const zh = createFormat('zh-TW');
  test.each([
    [0, '0 bytes', '0 位元組'],
    [1, '1 byte', '1 位元組'],
    [999, '999 bytes', '999 位元組'],
    [1000, '1 kB', '1 kB'],
    [1250, '1.3 kB', '1.3 kB'],
    [999_499, '999 kB', '999 kB'],
    [999_999, '1 MB', '1 MB'],
    [40_000_000, '40 MB', '40 MB'],
    [4_120_000_000, '4.1 GB', '4.1 GB'],
  ])('%d bytes', (bytes, english, chinese) => {
    expect([en.bytes(bytes), zh.bytes(bytes)]).toEqual([english, chinese]);
  });

  test.each([
    [0.2, '1 sec'],
    [9.1, '10 sec'],
    [31, '35 sec'],
    [58, '1 min'],
    [3599, '1 hr'],
    [7200, '2 hr'],
    [200_000, '2 days'],
  ])('%d seconds', (seconds, text) => {
    expect(en.duration(seconds)).toBe(text);
  });

  test('names in a row', () => {
    expect(en.list(['ben', 'chris'])).toBe('ben and chris');
    expect(zh.list(['ben', 'chris'])).toBe('ben、chris');
  });

  test('a rate, and a part that never says 100 % too early', () => {
    expect(en.rate(21_400_000)).toBe('21.4 MB/s');
    expect(en.percent(0.999)).toBe('99%');
  });
});
