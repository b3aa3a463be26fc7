import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { sha256 } from '../core/crypto/hash.ts';
import { isBuilt } from './build-state.ts';

/**
 * `npm run dist:server [FOLDER]`: the servers and the command as one tarball for machines like this one, with what the
 * build loads from node_modules and nothing else of it. A Node of version 24 or newer is all that it wants.
 */
const ROOT = path.resolve(import.meta.dirname, '..');
/** What is copied as it is. */
const PARTS = ['bin/sealkeep.mjs', 'bin/launch.mjs', 'bin/sources.mjs', 'LICENSE', '.env.example'];
/** What the bundle leaves in node_modules: `EXTERNAL` of vite.config.ts, less Electron. */
const LOADED = ['@node-rs/argon2'];
/** What is served as it is (`server/platform/openapi/endpoints.ts`), of a package that brings more. */
const SERVED = {
  'swagger-ui-dist': ['package.json', 'LICENSE', 'NOTICE', 'swagger-ui-bundle.js', 'swagger-ui.css'],
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;

/** The folder of a package that is installed; undefined for one that is for other systems. */
function folderOf(name: string, from: string): string | undefined {
  return createRequire(path.join(from, 'package.json'))
    .resolve.paths(name)
    ?.map((folder) => path.join(folder, name))
    .find((folder) => existsSync(path.join(folder, 'package.json')));
}

/** Packages and all that they need in turn, each with the version that is installed. */
function withNeeded(names: readonly string[], from: string, found = new Map<string, string>()) {
  for (const name of names) {
    const folder = folderOf(name, from);
    if (folder === undefined || found.has(name)) continue;
    found.set(name, folder);
    const { dependencies, optionalDependencies } = manifestOf(folder);
    withNeeded(Object.keys({ ...dependencies, ...optionalDependencies }), folder, found);
  }
  return found;
}

function stage(folder: string, { version, license, description }: Manifest): void {
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(folder, part));
  const isOfServer = (file: string) => !/(?:^|[/\\])browser-shell\.js/.test(file);
  cpSync(path.join(ROOT, 'out', 'node'), path.join(folder, 'out', 'node'), {
    recursive: true,
    filter: isOfServer,
  });
  const docs = path.join(ROOT, 'docs');
  const isText = (file: string) => file !== path.join(docs, 'pictures');
  cpSync(docs, path.join(folder, 'docs'), { recursive: true, filter: isText });
  const operate = readFileSync(path.join(docs, 'operate.md'), 'utf8');
  writeFileSync(path.join(folder, 'README.md'), operate.replaceAll(/\]\((?![#/]|\w+:)/g, '](docs/'));
  const dependencies: Record<string, string> = {};
  for (const [name, from] of withNeeded(LOADED, ROOT)) {
    cpSync(from, path.join(folder, 'node_modules', name), { recursive: true });
    dependencies[name] = manifestOf(from).version;
  }
  for (const [name, files] of Object.entries(SERVED)) {
    const from = folderOf(name, ROOT);
    if (from === undefined) throw new Error(`${name} is not installed.`);
    for (const file of files) cpSync(path.join(from, file), path.join(folder, 'node_modules', name, file));
    dependencies[name] = manifestOf(from).version;
  }
  const manifest = {
    name: 'sealkeep-server',
    version,
    description,
    license,
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    bin: { sealkeep: 'bin/sealkeep.mjs' },
    dependencies,
  };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** GNU tar makes the same bytes of the same files each time; others don't know how to be told. */
function pack(parent: string, name: string, target: string): void {
  const isGnu = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout.includes('GNU');
  const same = isGnu ? ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'] : [];
  const { status } = spawnSync('tar', ['-czf', target, ...same, '-C', parent, name], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`tar could not write ${target}.`);
}

if (!isBuilt()) throw new Error('There is no build of these sources to pack; run "npm run build".');
const manifest = manifestOf(ROOT);
const out = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist'));
mkdirSync(out, { recursive: true });
const name = `sealkeep-server-${manifest.version}`;
const target = path.join(out, `${name}-${process.platform}-${process.arch}.tgz`);
const staging = mkdtempSync(path.join(out, 'staging-'));
try {
  stage(path.join(staging, name), manifest);
  pack(staging, name, target);
} finally {
  rmSync(staging, { recursive: true });
}
console.log(`${sha256(readFileSync(target)).toString('hex')}  ${target}`);
