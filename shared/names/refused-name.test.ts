import { expect, test } from 'vitest';
import { errorSentence } from '../messages/en.ts';
import { refusedName } from './refused-name.ts';

test.each([
  ['a\nb', 'U+000A'],
  ['exe\u202egpj', 'U+202E'],
  ['a\\b', '\\'],
  ['what?', '?'],
  ['half \ud800', 'U+D800'],
  ['x'.repeat(300), undefined],
  ['con', undefined],
])('%j is refused for %s', (name, character) => {
  const { code, details } = refusedName(name);
  expect([code, details['character']]).toEqual(['FILE_NAME_REFUSED', character]);
  const sentence = errorSentence(code, details);
  if (character === undefined) expect(sentence).not.toContain('(');
  else expect(sentence).toContain(`(${character})`);
});
