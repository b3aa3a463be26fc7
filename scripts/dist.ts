import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Builds the packages that this machine can build, one by one, and says of each other one why it could not. What is given
 * to it goes on to electron-builder.
 */
const TARGETS: Readonly<
  Partial<Record<NodeJS.Platform, readonly (readonly [name: string, flags: string[]])[]>>
> = {
  linux: [
    ['AppImage', ['--linux', 'AppImage']],
    ['deb', ['--linux', 'deb']],
    ['rpm', ['--linux', 'rpm']],
  ],
  darwin: [
    ['DMG', ['--mac', 'dmg']],
    ['ZIP', ['--mac', 'zip']],
  ],
  win32: [['NSIS installer', ['--win', 'nsis']]],
};
const PROBE_MS = 20_000;
const TARGET_MS = 15 * 60_000;

const require = createRequire(import.meta.url);
const electronFolder = path.dirname(require.resolve('electron/package.json'));
const builder = path.join(path.dirname(require.resolve('electron-builder/package.json')), 'cli.js');

/** Electron's own files, where its package has fetched them. Asking the package itself would start a download. */
function electronDistribution(): string | undefined {
  const marker = path.join(electronFolder, 'path.txt');
  if (!existsSync(marker)) return undefined;
  const folder = path.join(electronFolder, 'dist');
  return existsSync(path.join(folder, readFileSync(marker, 'utf8'))) ? folder : undefined;
}

/** electron-builder tries for minutes where nothing can be fetched; one question tells. */
async function canFetch(): Promise<boolean> {
  try {
    const { status } = await fetch('https://github.com/', {
      method: 'HEAD',
      signal: AbortSignal.timeout(PROBE_MS),
    });
    return status < 500;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

/** @returns why it did not work out; undefined where it did. */
function build(flags: readonly string[], distribution: string | undefined): string | undefined {
  const from = distribution ? [`-c.electronDist=${distribution}`] : [];
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [builder, ...flags, '--publish', 'never', ...from, ...process.argv.slice(2)],
    { encoding: 'utf8', timeout: TARGET_MS },
  );
  if (status === 0) return undefined;
  if (error) return error.message;
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  return (
    lines.findLast((line) => line.includes('⨯')) ?? lines.findLast((line) => line !== '') ?? 'no reason given'
  );
}

const distribution = electronDistribution();
const targets = TARGETS[process.platform] ?? [];
const isOnline = await canFetch();
let built = 0;
if (!distribution && !isOnline) {
  console.error(
    "No package was built: Electron's own files are not on this machine and github.com, where they are fetched from, does not answer.",
  );
} else {
  for (const [name, flags] of targets) {
    const reason = build(flags, distribution);
    if (reason === undefined) {
      built += 1;
      console.log(`${name}: built, in dist/.`);
    } else {
      const offline = isOnline
        ? ''
        : " (github.com, where electron-builder's tools are fetched from, does not answer)";
      console.error(`${name}: not built${offline}: ${reason}`);
    }
  }
  const others = Object.keys(TARGETS).filter((platform) => platform !== process.platform);
  console.log(`Packages for ${others.join(' and ')} are built on those systems.`);
}
if (built === 0) process.exitCode = 1;
