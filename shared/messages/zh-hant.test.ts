import { describe, expect, test } from 'vitest';
import { ERROR_STATUS, isErrorCode, isServerErrorCode } from '../errors/codes.ts';
import { ERROR_SENTENCES } from './en.ts';
import { fillSentence } from './fill.ts';
import { ERROR_SENTENCES_ZH_HANT } from './zh-hant.ts';

const CODES = Object.keys(ERROR_STATUS).filter(isErrorCode);

const places = (sentence: string) =>
  [...new Set([...sentence.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();

describe('the sentences in Traditional Chinese', () => {
  test.each(CODES)('%s asks for what the English one asks for', (code) => {
    expect(places(ERROR_SENTENCES_ZH_HANT[code])).toEqual(places(ERROR_SENTENCES[code]));
  });

  test.each(CODES)('%s is whole, with its details and without', (code) => {
    const sentence = ERROR_SENTENCES_ZH_HANT[code];
    const details = Object.fromEntries(places(sentence).map((name) => [name, `<${name}>`]));
    expect(fillSentence(sentence, {})).not.toMatch(/\p{Script=Han} \p{Script=Han}/u);
    for (const filled of [fillSentence(sentence, {}), fillSentence(sentence, details)]) {
      expect(filled).not.toMatch(/[{}|[\]]|undefined/);
    }
    if (isServerErrorCode(code)) expect(fillSentence(sentence, {})).not.toContain('…');
    if (code !== 'USAGE') expect(fillSentence(sentence, details)).toMatch(/。$/);
  });
});
