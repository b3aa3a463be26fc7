import { expect, test } from 'vitest';
import { SealkeepError } from '../shared/errors/error.ts';
import { printable } from '../shared/names/printable.ts';
import { errorJson, printableJson } from './terminal.ts';

const STEERING = [
  ['an escape sequence', '\u001b[2J'],
  ['the 8-bit way to begin one', '\u009b2J'],
  ['a title', '\u001b]0;x\u0007'],
  ['a return to the line’s beginning', '\r'],
  ['a line of its own', '\n'],
  ['a backspace', '\b'],
  ['a tab', '\t'],
  ['a delete', '\u007f'],
  ['a right-to-left override', '\u202e'],
  ['a directional isolate', '\u2067'],
  ['an Arabic letter mark', '\u061c'],
  ['a line separator', '\u2028'],
] as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ANY = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

test.each(STEERING)('%s in a name does not reach the terminal, as text or as JSON', (_, text) => {
  const name = `before${text}after.txt`;
  expect(printable(name)).not.toMatch(ANY);
  expect(printable(name)).toMatch(/^before\ufffd.*after\.txt$/);
  const json = printableJson({ name });
  expect(json).not.toMatch(ANY);
  expect(JSON.parse(json)).toEqual({ name });
});

test.each(['report.txt', '日本語.txt', 'ümläut', '🎉 party', 'עברית', 'a – b'])(
  '%s is shown as it is',
  (name) => {
    expect(printable(name)).toBe(name);
    expect(printableJson(name)).toBe(JSON.stringify(name));
  },
);

test('a script gets an error’s code and sentence, and neither details nor cause', () => {
  const error = new SealkeepError('FILE_NOT_FOUND', { file: 'a', other: 'b' }, { cause: new Error('c') });
  expect(errorJson(error)).toEqual({ code: 'FILE_NOT_FOUND', message: 'There is no file a.' });
});
