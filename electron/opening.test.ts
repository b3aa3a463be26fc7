import { expect, test } from 'vitest';
import { parseArguments, parseOpening } from './opening.ts';

test.each([
  ['/home/ada/report.txt.enc', 'linux', { kind: 'file', path: '/home/ada/report.txt.enc' }],
  ['/home/ada/日本語.txt.ENC', 'darwin', { kind: 'file', path: '/home/ada/日本語.txt.ENC' }],
  ['/home/ada/../eve/a.enc', 'linux', { kind: 'file', path: '/home/eve/a.enc' }],
  ['C:\\Users\\Ada\\a b.enc', 'win32', { kind: 'file', path: 'C:\\Users\\Ada\\a b.enc' }],
  ['/home/ada/report.txt.key', 'linux', { kind: 'file', path: '/home/ada/report.txt.enc' }],
  ['C:\\Users\\Ada\\a.KEY', 'win32', { kind: 'file', path: 'C:\\Users\\Ada\\a.enc' }],
  ['file:///home/ada/a%20b%E6%84%9B.enc', 'linux', { kind: 'file', path: '/home/ada/a b愛.enc' }],
  ['file://localhost/home/ada/a.key', 'linux', { kind: 'file', path: '/home/ada/a.enc' }],
  ['sealkeep://open', 'linux', { kind: 'window' }],
  ['sealkeep://open/', 'win32', { kind: 'window' }],
] as const)('STYLE 9: taken: %s', (given, platform, opening) => {
  expect(parseOpening(given, platform)).toEqual(opening);
});

test.each([
  ['', 'linux'],
  [undefined, 'linux'],
  [7, 'linux'],
  [['/a.enc'], 'linux'],
  ['/home/ada/report.txt', 'linux'],
  ['/home/ada/report.enc.exe', 'linux'],
  ['report.enc', 'linux'],
  ['./report.enc', 'linux'],
  ['../report.enc', 'linux'],
  ['~/report.enc', 'linux'],
  ['--inspect=/a.enc', 'linux'],
  ['-a.enc', 'linux'],
  ['/a\0.enc', 'linux'],
  ['/a\n.enc', 'linux'],
  ['/a\u007f.enc', 'linux'],
  [`/${'a'.repeat(4096)}.enc`, 'linux'],
  ['file:///home/ada/a.txt', 'linux'],
  ['file://server/share/a.enc', 'linux'],
  ['file:///home/ada/a%2Fb.enc', 'linux'],
  ['file:///home/ada/a%00.enc', 'linux'],
  ['file:///home/ada/a%0A.enc', 'linux'],
  ['file:///home/ada/%E0%A4%A.enc', 'linux'],
  ['file:///home/ada/a.enc?x', 'linux'],
  ['file:///home/ada/a.enc#x', 'linux'],
  ['file:///C:/Users/a.enc', 'win32'],
  ['/home/ada/.enc', 'linux'],
  ['/home/ada/.key', 'linux'],
  ['https://example.com/a.enc', 'linux'],
  ['javascript:alert(1)//.enc', 'linux'],
  ['sealkeep://open?file=/a.enc', 'linux'],
  ['sealkeep://open#a.enc', 'linux'],
  ['sealkeep://open//', 'linux'],
  ['sealkeep://open/../a.enc', 'linux'],
  ['sealkeep://user@open', 'linux'],
  ['sealkeep://open:1', 'linux'],
  ['sealkeep://seal/a.enc', 'linux'],
  ['sealkeep:open', 'linux'],
  ['SEALKEEP://a.enc', 'linux'],
  [' sealkeep://open', 'linux'],
  ['sealkeep-app://page/a.enc', 'linux'],
  ['\\\\server\\share\\a.enc', 'win32'],
  ['//server/share/a.enc', 'win32'],
  ['\\\\?\\C:\\a.enc', 'win32'],
  ['\\\\.\\pipe\\a.enc', 'win32'],
  ['\\a.enc', 'win32'],
  ['C:a.enc', 'win32'],
  ['C:\\a.txt:stream.enc', 'win32'],
  ['/home/ada/a.enc', 'win32'],
] as const)('STYLE 9: not taken: %j on %s', (given, platform) => {
  expect(parseOpening(given, platform)).toBeUndefined();
});

test('STYLE 9: a pair that was chosen together is opened once', () => {
  expect(parseArguments(['sealkeep', '/a.enc', '/a.key', 'file:///a.enc', '/b.key'], 'linux')).toEqual([
    { kind: 'file', path: '/a.enc' },
    { kind: 'file', path: '/b.enc' },
  ]);
});

test('STYLE 9: of the arguments of a launch everything else is passed over, the program too', () => {
  const argv = ['/opt/Sealkeep/sealkeep.enc', '--no-sandbox', '/a.enc', 'x', 'sealkeep://open'];
  expect(parseArguments(argv, 'linux')).toEqual([{ kind: 'file', path: '/a.enc' }, { kind: 'window' }]);
});
