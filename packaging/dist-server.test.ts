import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProcess } from '../e2e/support/process.ts';
import { freePorts, serverSettings } from '../e2e/support/servers.ts';

// The tarball, unpacked where nothing of the repository is.
const script = path.resolve(import.meta.dirname, '..', 'scripts', 'dist-server.ts');
let folder: string;
let installed: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-dist-'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^[0-9a-f]{64} {2}.+\.tgz\n$/);
  const [tarball = ''] = await readdir(folder);
  expect(spawnSync('tar', ['-xzf', tarball], { cwd: folder }).status).toBe(0);
  installed = path.join(folder, tarball.replace(/-\w+-\w+\.tgz$/, ''));
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

async function filesOf(where: string): Promise<string[]> {
  const entries = await readdir(where, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(where, path.join(entry.parentPath, entry.name)));
}

test('it holds servers, command and what they load, and nothing of how they are made', async () => {
  const allowed =
    /^(?:README\.md|docs\/.+\.(?:md|html)|LICENSE|\.env\.example|package\.json|bin\/(?:sealkeep|launch|sources)\.mjs|out\/node\/(?:sealkeep|segment-worker|server-worker|chunks\/[^/]+)\.js(?:\.map)?|node_modules\/@node-rs\/argon2(?:-[\w-]+)?\/.+|node_modules\/swagger-ui-dist\/(?:package\.json|LICENSE|NOTICE|swagger-ui-bundle\.js|swagger-ui\.css))$/;
  const files = await filesOf(installed);
  expect(files.filter((file) => !allowed.test(file.replaceAll('\\', '/')))).toEqual([]);
  const manifest = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as object;
  expect(manifest).not.toHaveProperty('devDependencies');
  expect(manifest).not.toHaveProperty('scripts');
});

test('its pages link to nothing that is not in it', async () => {
  const pages = (await filesOf(installed)).filter((file) => /^(?:README|docs.*)\.md$/.test(file));
  const gone: string[] = [];
  for (const page of pages) {
    const text = await readFile(path.join(installed, page), 'utf8');
    for (const [, link = ''] of text.matchAll(/\]\((?!#|\w+:)([^)#]+)/g)) {
      if (!existsSync(path.join(installed, path.dirname(page), link))) gone.push(`${page}: ${link}`);
    }
  }
  expect([pages.length > 5, gone]).toEqual([true, []]);
});

test('both servers start from it, answer and end', async () => {
  const [kms = 0, cloud = 0] = await freePorts(2);
  const environment = {
    PATH: process.env['PATH'],
    SEALKEEP_HOME: path.join(folder, 'home'),
    ...serverSettings(kms, cloud),
  };
  const args = [path.join(installed, 'bin', 'sealkeep.mjs'), 'serve'];
  const running = startProcess(process.execPath, args, { cwd: folder, environment });
  await running.says(new RegExp(`:${cloud}`));
  for (const [port, service] of [
    [kms, 'kms'],
    [cloud, 'cloud'],
  ]) {
    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect(await health.json()).toMatchObject({ data: { service, api: 1 } });
    const asset = await fetch(`http://127.0.0.1:${port}/docs/swagger-ui-bundle.js`);
    expect([asset.status, (await asset.text()).length > 100_000]).toEqual([200, true]);
  }
  running.signal('SIGTERM');
  expect((await running.ended).exitCode).toBe(0);
}, 60_000);
