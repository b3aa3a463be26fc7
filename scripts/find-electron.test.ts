import { expect, test } from 'vitest';
import { whyNoElectron } from './find-electron.ts';

test('Electron is driven where its program and a display are, and the reason is said elsewhere', () => {
  const binary = '/opt/electron';
  expect(whyNoElectron({ binary, hasDisplay: true })).toBeUndefined();
  expect(whyNoElectron({ binary, hasDisplay: false })).toBe('there is no display for its windows');
  expect(whyNoElectron({ binary: undefined, hasDisplay: true })).toBe(
    "Electron's program is not installed here",
  );
});
