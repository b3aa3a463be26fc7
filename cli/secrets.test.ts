import { expect, test } from 'vitest';
import { createSecretPrompts, takeSecrets } from './secrets.ts';
import { createTerminal } from './terminal.ts';

test('secrets are taken out of the environment once they are read', () => {
  const environment = { SEALKEEP_PASSWORD: 'a password', SEALKEEP_TOTP: '123456', OTHER: 'stays' };
  const given = takeSecrets(environment);
  expect(given).toEqual({ password: 'a password', totp: '123456' });
  expect(environment).toEqual({ OTHER: 'stays' });
});

test('where there are none, none are given', () => {
  expect(takeSecrets({})).toEqual({ password: undefined, totp: undefined });
});

test('the environment’s answer for what is present, and not for what takes its place', async () => {
  const terminal = {
    ...createTerminal(process, () => undefined),
    isInputTerminal: false,
    readLine: async () => ' 654321 ',
  };
  const secrets = createSecretPrompts({ password: 'a password', totp: '123456' }, terminal);
  expect(await Promise.all([secrets.password(), secrets.newPassword(), secrets.code()])).toEqual([
    'a password',
    'a password',
    '123456',
  ]);
  expect(await secrets.firstCode()).toBe('654321');
  await expect(secrets.nextPassword()).rejects.toMatchObject({ code: 'USAGE' });
});

test('what a person types anew is typed twice; what comes otherwise is not', async () => {
  const terminal = { ...createTerminal(process, () => undefined), isInputTerminal: true };
  const typing = (...typed: string[]) =>
    createSecretPrompts(takeSecrets({}), terminal, undefined, async () => typed.shift() ?? 'no more');
  expect(await typing('correct horse', 'correct horse').newPassword()).toBe('correct horse');
  const phrase = 'a passphrase of some length';
  expect(await typing(phrase, phrase).newPassphrase('the backup', undefined)).toBe(phrase);
  for (const differs of [
    typing('correct horse', 'correct house').newPassword(),
    typing(phrase, `${phrase} `).newPassphrase('the backup', undefined),
  ]) {
    await expect(differs).rejects.toMatchObject({
      code: 'USAGE',
      details: { reason: expect.stringContaining('differ') },
    });
  }
  // Nobody types a second time what will not do.
  await expect(typing('short', 'no more').newPassword()).rejects.toMatchObject({
    details: { reason: expect.stringContaining('will not do') },
  });
  expect(await typing().newPassphrase('the root key', phrase)).toBe(phrase);
});
