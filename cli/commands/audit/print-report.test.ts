import { expect, test } from 'vitest';
import type { WholeLogReport } from '../../../core/audit/verify-log.ts';
import { printReport } from './print-report.ts';

const WHOLE: WholeLogReport = {
  ...{
    entries: 12,
    fault: undefined,
    checkpoints: 1,
    failed: [],
    signedUpTo: 11,
    key: 'KID',
    isSigned: true,
  },
};
const UNSIGNED = { ...WHOLE, checkpoints: 0, signedUpTo: 0, key: undefined, isSigned: false };

function printed(report: WholeLogReport, mustBeSigned: boolean) {
  const lines: string[] = [];
  const codes: number[] = [];
  const terminal = {
    print: (line: string) => void lines.push(line),
    printJson: (value: unknown) => void lines.push(JSON.stringify(value)),
  };
  printReport({ terminal, endWith: (code) => void codes.push(code) }, {}, report, mustBeSigned);
  return { text: lines.join('\n'), codes };
}

test('a log that has to be signed and is not does not hold', () => {
  const { text, codes } = printed({ ...UNSIGNED, key: 'KID' }, true);
  expect(codes).toEqual([7]);
  expect(text).toMatch(/^The audit log does not hold\..*\nNothing of it is signed with the key KID:/);
});

test('one that need not be is said to be unsigned', () => {
  const { text, codes } = printed(UNSIGNED, false);
  expect(codes).toEqual([]);
  expect(text).toMatch(/^The audit log holds\..*\nNothing of it is signed:/);
});

test('one with too many entries after its newest checkpoint does not hold, one with a few does', () => {
  const cut = printed({ ...WHOLE, entries: 1011, isSigned: false }, true);
  expect(cut.codes).toEqual([7]);
  expect(cut.text).toContain('1000 newer ones could be others');
  expect(cut.text).toContain('checkpoints were taken out');
  const few = printed(WHOLE, true);
  expect(few.codes).toEqual([]);
  expect(few.text).toBe(
    [
      'The audit log holds. Entries: 12. Checkpoints: 1.',
      'Signed up to entry 11 with the key KID.',
      '1 newer one could be others: no checkpoint vouches for what comes after it.',
    ].join('\n'),
  );
});
