import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FUSES, makeStubDistribution, readFuses } from './stub-distribution.ts';

// Packs for Linux against a stand-in for Electron's own files, which cannot be had everywhere, and looks at what came out.
const root = path.resolve(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const { version } = require('electron/package.json') as { version: string };

let folder: string;
let unpacked: string;
let names: string[];
const settings: string[] = [];

function build(...flags: string[]): void {
  const cli = path.join(path.dirname(require.resolve('electron-builder/package.json')), 'cli.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cli, ...flags, '--x64', '--publish', 'never', ...settings],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
      // It fetches fpm, which makes deb and rpm; ours says what it was given.
      env: { ...process.env, CUSTOM_FPM_PATH: path.join(folder, 'fpm') },
    },
  );
  if (status !== 0) throw new Error(`electron-builder failed:\n${stdout}\n${stderr}`);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-dist-'));
  const stub = path.join(folder, 'electron');
  await makeStubDistribution(stub, version);
  settings.push(
    `-c.electronDist=${stub}`,
    `-c.electronVersion=${version}`,
    `-c.directories.output=${folder}/dist`,
  );
  build('--linux', 'dir');
  unpacked = path.join(folder, 'dist', 'linux-unpacked');
  names = listPackage(asar(), { isPack: false }).map((name) => name.replaceAll('\\', '/'));
}, 90_000);
afterAll(() => rm(folder, { recursive: true }));

const asar = () => path.join(unpacked, 'resources', 'app.asar');
const under = (start: string) => names.filter((name) => name.startsWith(start));
const entry = (name: string) => extractFile(asar(), name).toString('utf8');

test('the asar holds main, preload, page and both workers', () => {
  for (const name of [
    '/out/electron/main.js',
    '/out/electron/segment-worker.js',
    '/out/electron/server-worker.js',
    '/out/preload/preload.cjs',
    '/out/renderer/index.html',
  ]) {
    expect(names).toContain(name);
  }
  expect(under('/out/renderer/assets/').filter((name) => name.endsWith('.js')).length).toBeGreaterThan(0);
});

test('whatever the built shell imports is in it', () => {
  const built = under('/out/electron/').filter((name) => name.endsWith('.js'));
  for (const name of built) {
    const imports = entry(name.slice(1)).matchAll(
      /^(?:import|export)[^'"\n]*from\s*"([^"]+)"|\bimport\("([^"]+)"\)/gm,
    );
    for (const [, direct, later] of imports) {
      const wanted = direct ?? later ?? '';
      if (wanted === 'electron' || wanted.startsWith('node:')) continue;
      const target = wanted.startsWith('.')
        ? path.posix.join(path.posix.dirname(name), wanted)
        : `/node_modules/${wanted}`;
      expect([name, names.includes(target) && target]).toEqual([name, target]);
    }
  }
});

test('the addon lies beside the asar, where the system can load it', () => {
  const addons = names.filter((name) => name.endsWith('.node'));
  expect(addons.length).toBeGreaterThan(0);
  for (const addon of addons) {
    expect(addon).toMatch(/^\/node_modules\/@node-rs\/argon2-/);
    expect(existsSync(`${asar()}.unpacked${addon}`)).toBe(true);
  }
});

test('nothing else is in it: no sources, no tests, no vectors, no maps, no Node, nothing for development', () => {
  const allowed =
    /^\/(?:package\.json|LICENSE|out(?:\/(?:electron|preload|renderer)(?:\/.*)?)?|node_modules(?:\/@node-rs(?:\/argon2(?:-[\w-]+)?(?:\/.*)?)?)?)$/;
  expect(names.filter((name) => !allowed.test(name))).toEqual([]);
  expect(names.filter((name) => /\.(?:tsx?|map|enc|key)$|\.test\.|vectors/.test(name))).toEqual([]);
});

test('its package.json names main and nothing of how it was made', () => {
  const manifest = JSON.parse(entry('package.json')) as Record<string, unknown>;
  expect(manifest['main']).toBe('out/electron/main.js');
  expect(manifest['type']).toBe('module');
  expect(manifest).not.toHaveProperty('devDependencies');
  expect(manifest).not.toHaveProperty('scripts');
});

test('STYLE 10: the fuses read back from the binary are those of the checklist', () => {
  const binary = readdirSync(unpacked).find((name) => name === 'sealkeep-desktop') ?? '';
  const fuses = readFuses(readFileSync(path.join(unpacked, binary)));
  expect(Object.keys(fuses)).toEqual([...FUSES]);
  expect(fuses).toMatchObject({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('STYLE 8: the preload is one file that requires nothing a sandbox does not have', () => {
  const preload = entry('out/preload/preload.cjs');
  const required = [...preload.matchAll(/\brequire\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(([, name]) => name);
  expect(required.length).toBeGreaterThan(0);
  expect(
    required.filter((name) => !/^(?:electron|(?:node:)?(?:events|timers|url))$/.test(name ?? '')),
  ).toEqual([]);
  expect(preload).not.toMatch(/\bimport\s*\(|^\s*(?:import|export)\s/m);
  expect(under('/out/preload/').filter((name) => name !== '/out/preload/preload.cjs')).toEqual([]);
});

/** Keeps its arguments, the files among them that electron-builder has made for it, and leaves something as its package. */
const STANDS_FOR_FPM = `#!/usr/bin/env node
const { readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const files = {};
for (const arg of args) {
  const [from, to] = arg.split('=');
  if (/\\.(?:desktop|xml)$/.test(to ?? '')) files[to] = readFileSync(from, 'utf8');
}
writeFileSync(__dirname + '/given-' + args[args.indexOf('-t') + 1], JSON.stringify({ args, files }));
writeFileSync(args[args.indexOf('--package') + 1], '');
`;

test.each(['deb', 'rpm'])(
  '%s is given all that it asks for, with file types, protocol and icon',
  async (target) => {
    await writeFile(path.join(folder, 'fpm'), STANDS_FOR_FPM);
    await chmod(path.join(folder, 'fpm'), 0o755);
    build('--linux', target);
    const { args, files } = JSON.parse(await readFile(path.join(folder, `given-${target}`), 'utf8')) as {
      args: string[];
      files: Record<string, string>;
    };
    const option = (name: string) => args[args.indexOf(name) + 1];
    expect(option('--name')).toBe('sealkeep');
    expect(option('--license')).toBe('MIT');
    expect(option('--vendor')).toBe('The Sealkeep authors');
    // No domain is anybody's but by being theirs.
    expect(option('--url')).toMatch(/^https:\/\/[a-z.]*\.invalid$/);
    expect(option('--maintainer')).toMatch(/^The Sealkeep authors <[a-z]+@[a-z.]*\.invalid>$/);
    expect(
      args.some((arg) => arg.endsWith('=/usr/share/icons/hicolor/512x512/apps/sealkeep-desktop.png')),
    ).toBe(true);

    const entryFile = files['/usr/share/applications/sealkeep-desktop.desktop'] ?? '';
    const lines = Object.fromEntries(entryFile.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));
    expect(lines).toMatchObject({
      Name: 'Sealkeep',
      Exec: '/opt/Sealkeep/sealkeep-desktop %U',
      Icon: 'sealkeep-desktop',
      StartupWMClass: 'sealkeep-desktop',
      MimeType: 'application/x-sealkeep;application/x-sealkeep-key;x-scheme-handler/sealkeep;',
    });
    const types = files['/usr/share/mime/packages/sealkeep-desktop.xml'] ?? '';
    for (const ending of ['enc', 'key']) expect(types).toContain(`<glob pattern="*.${ending}"/>`);
  },
  90_000,
);

test('there is a package for each system, none of them published, and icons that are large enough', async () => {
  const config = await readFile(path.join(root, 'electron-builder.yml'), 'utf8');
  for (const line of [
    'win:\n  target: [nsis]',
    'mac:\n  target: [dmg, zip]',
    'linux:\n  target: [AppImage, deb, rpm]',
  ]) {
    expect(config).toContain(`\n${line}\n`);
  }
  expect(config).toContain('\npublish: null\n');
  const icons = [...config.matchAll(/^ {2}icon: (.+)$/gm)].map(([, icon]) => icon ?? '');
  expect(icons).toHaveLength(3);
  for (const icon of icons) {
    const png = await readFile(path.join(root, icon));
    // Width and height, as PNG has them in its first chunk; macOS wants 512 of each, the others less.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
  }
});
