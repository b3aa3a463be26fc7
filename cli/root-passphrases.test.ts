import { expect, test } from 'vitest';
import { askRootPassphrase, takeRootPassphrases } from './root-passphrases.ts';
import { createSecretPrompts } from './secrets.ts';
import { createTerminal } from './terminal.ts';

const FILE = '/keys/root.key';

function promptsOf(...lines: string[]) {
  const terminal = {
    ...createTerminal(process, () => undefined),
    isInputTerminal: false,
    readLine: async () => lines.shift() ?? 'nothing more',
  };
  return createSecretPrompts({ password: undefined, totp: undefined }, terminal);
}

test('passphrases are taken out of the environment once they are read, and an empty one is none', () => {
  const environment = { KMS_ROOT_PASSPHRASE: 'of the KMS', CLOUD_ROOT_PASSPHRASE: '', OTHER: 'stays' };
  expect(takeRootPassphrases(environment)).toEqual({ kms: 'of the KMS', cloud: undefined });
  expect(environment).toEqual({ OTHER: 'stays' });
});

test('the setting’s is good once, for the first that is asked for; then come lines of standard input', async () => {
  const ask = askRootPassphrase(
    promptsOf('the first line of input', 'the second line of input'),
    'the setting’s',
  );
  expect(await ask({ file: FILE, isNew: false })).toBe('the setting’s');
  expect(await ask({ file: FILE, isNew: true })).toBe('the first line of input');
  expect(await ask({ file: FILE, isNew: false })).toBe('the second line of input');
});

test('a new one has a least length, however it comes; one that is there may be shorter', async () => {
  const short = 'fifteen letters';
  const isNew = { file: FILE, isNew: true };
  for (const ask of [askRootPassphrase(promptsOf(short), undefined), askRootPassphrase(promptsOf(), short)]) {
    await expect(ask(isNew)).rejects.toMatchObject({ code: 'USAGE' });
  }
  expect(await askRootPassphrase(promptsOf(short), undefined)({ file: FILE, isNew: false })).toBe(short);
});
