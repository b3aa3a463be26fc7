import { afterEach, expect, test } from 'vitest';
import { resetElectron, shell } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { createExternalOpener } from './external-url.ts';

afterEach(resetElectron);
const HOSTS = ['docs.example.org'];
const open = createExternalOpener((error) => {
  throw error;
}, HOSTS);

test('STYLE 6: an address of the list is opened as the parser wrote it', () => {
  open('https://DOCS.example.org/a b');
  expect(shell.openExternal).toHaveBeenCalledExactlyOnceWith('https://docs.example.org/a%20b');
});

test('STYLE 6: what the parser and a browser could read differently goes out unmistakable', () => {
  open('https://docs.example.org\\@evil.net:1/');
  expect(shell.openExternal).toHaveBeenCalledExactlyOnceWith('https://docs.example.org/@evil.net:1/');
});

test.each([
  ...FOREIGN_ADDRESSES,
  'http://docs.example.org/',
  'https://docs.example.org.evil.net/',
  'https://evil.net/docs.example.org',
  'https://docs.example.org@evil.net/',
  'https://user@docs.example.org/',
  'https://docs.example.org:8443/',
  'ftp://docs.example.org/',
  'ms-msdt:/id',
  'otpauth://totp/x?secret=y',
  'smb://docs.example.org/share',
])('STYLE 6: not opened: %s', (address) => {
  open(address);
  expect(shell.openExternal).not.toHaveBeenCalled();
});

test('STYLE 6: the list of hosts is fixed, and empty for now', () => {
  createExternalOpener(() => undefined)('https://docs.example.org/');
  expect(shell.openExternal).not.toHaveBeenCalled();
});
