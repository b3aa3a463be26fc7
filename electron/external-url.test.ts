import { afterEach, expect, test } from 'vitest';
import { newTotpSecret, otpAuthUri } from '../core/crypto/totp.ts';
import { resetElectron, shell } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { createWaysOut } from './external-url.ts';

afterEach(resetElectron);
const HOSTS = ['docs.example.org'];
const { openUrl: open, openOtpLink } = createWaysOut((error) => {
  throw error;
}, HOSTS);
const OTP_LINK = 'otpauth://totp/Sealkeep:ana?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sealkeep';

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
  OTP_LINK,
  'smb://docs.example.org/share',
])('STYLE 6: not opened: %s', (address) => {
  open(address);
  expect(shell.openExternal).not.toHaveBeenCalled();
});

test('STYLE 6: the list of hosts is fixed, and empty for now', () => {
  createWaysOut(() => undefined).openUrl('https://docs.example.org/');
  expect(shell.openExternal).not.toHaveBeenCalled();
});

test.each([
  OTP_LINK,
  `${OTP_LINK}&algorithm=SHA1&digits=6&period=30`,
  OTP_LINK.replace('ana', '%E6%84%9B%20%40'),
  OTP_LINK.replace(':ana', '%3Aana'),
])('STYLE 6: the link of the authenticator screen is opened: %s', (link) => {
  openOtpLink(link);
  expect(shell.openExternal).toHaveBeenCalledExactlyOnceWith(link);
});

test('STYLE 6: the very link that the KMS makes is one', () => {
  const link = otpAuthUri(newTotpSecret(), 'a.na-愛@x');
  openOtpLink(link);
  expect(shell.openExternal).toHaveBeenCalledOnce();
});

test.each([
  ...FOREIGN_ADDRESSES,
  'https://docs.example.org/',
  OTP_LINK.replace('totp', 'hotp'),
  OTP_LINK.replace('totp', 'totp:1'),
  OTP_LINK.replace('totp', 'x@totp'),
  OTP_LINK.replace('otpauth', 'otpauth-migration'),
  OTP_LINK.replace('/Sealkeep:ana', '/Bank:ana'),
  OTP_LINK.replace('/Sealkeep:ana', '/Sealkeep:a/b'),
  OTP_LINK.replace('/Sealkeep:ana', ''),
  OTP_LINK.replace('issuer=Sealkeep', 'issuer=Bank'),
  OTP_LINK.replace('&issuer=Sealkeep', ''),
  OTP_LINK.replace(/secret=\w+/, 'secret=short'),
  OTP_LINK.replace(/secret=\w+/, 'secret=%24(calc)AAAAAAAAAAAAAAAAAA'),
  `${OTP_LINK}&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP`,
  `${OTP_LINK}&image=https://evil.net/x.png`,
  `${OTP_LINK}&digits=8`,
  `${OTP_LINK}#x`,
  OTP_LINK.replace('ana', 'a'.repeat(1024)),
])('STYLE 6: no authenticator link: %.100s', (address) => {
  openOtpLink(address);
  expect(shell.openExternal).not.toHaveBeenCalled();
});
