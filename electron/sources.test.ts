import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** What may stand in one place only, or nowhere, in all that runs in the desktop app. */
const RULES: readonly (readonly [rule: string, pattern: RegExp, allowed: readonly string[]])[] = [
  ['STYLE 7: one door', /\bipcMain\b/, ['electron/ipc.ts']],
  ['STYLE 6: one way out', /\bshell\.openExternal\b/, ['electron/external-url.ts']],
  [
    'STYLE 6: paths of the agent only',
    /\bshell\.(?:showItemInFolder|openPath|trashItem)\b/,
    ['electron/system.ts'],
  ],
  ['STYLE 8: the preload alone talks to the main process', /\bipcRenderer\b/, ['electron/preload.ts']],
  ['STYLE 9: certificate errors stand', /certificate-error|setCertificateVerifyProc|ignore-certificate/, []],
  ['STYLE 11: no crash reporter', /\bcrashReporter\b/, []],
  ['STYLE 12: the asynchronous set only', /\b(?:isEncryptionAvailable|(?:en|de)cryptString)\(/, []],
  ['STYLE 13: File.path is gone', /\bgetPathForFile\b/, ['electron/preload.ts']],
  [
    'readiness is never awaited, which hangs Electron at the top level',
    /await\s+app\s*\.whenReady|await[^;]*\.once\(app/,
    [],
  ],
  [
    'Electron is imported, and only by its shell',
    /require\(['"]electron['"]\)|import\(['"]electron['"]\)/,
    [],
  ],
  ['pages come from our scheme', /\bloadFile\b|\bfile:\/\//, []],
];

const LAYERS = ['shared', 'core', 'server', 'agent', 'electron', 'renderer'];
const sources = LAYERS.flatMap((layer) =>
  readdirSync(layer, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
    .map((name) => path.posix.join(layer, name.replaceAll('\\', '/'))),
).map((name) => ({ name, code: withoutComments(readFileSync(name, 'utf8')) }));

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

test('the sources were read', () => {
  expect(sources.map(({ name }) => name)).toContain('electron/main.ts');
});

test.each(RULES)('%s', (_, pattern, allowed) => {
  const found = sources.filter(({ code }) => pattern.test(code)).map(({ name }) => name);
  expect(found).toEqual(allowed);
});

test('only the shell imports Electron', () => {
  const importing = sources.filter(({ code }) => /from 'electron'/.test(code)).map(({ name }) => name);
  expect(importing.filter((name) => !name.startsWith('electron/'))).toEqual([]);
});

test('STYLE 2: the sandbox is on before anything else can start', () => {
  const main = sources.find(({ name }) => name === 'electron/main.ts')?.code ?? '';
  expect(main.indexOf('app.enableSandbox()')).toBeGreaterThan(0);
  expect(main.indexOf('app.enableSandbox()')).toBeLessThan(main.indexOf('.whenReady()'));
});
