// Finds Electron's binary. `require('electron')` would try to download it, so it is never called.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from './launch.mjs';

/** The binary, as Electron's own install script looks for it; undefined where it is not there. */
export function electronBinary(environment = process.env, folder = packageFolder('electron')) {
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const name =
    folder && existsSync(path.join(folder, 'path.txt'))
      ? readFileSync(path.join(folder, 'path.txt'), 'utf8')
      : undefined;
  const usual = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform];
  const binary = override
    ? path.join(override, name ?? usual ?? 'electron')
    : name && path.join(folder, 'dist', name);
  return binary && existsSync(binary) ? binary : undefined;
}

/** Whether a window can be shown at all. */
export const hasDisplay = ({ platform, env } = process) =>
  platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);

/** Lets Electron's install script try, for so long at most. What it says is its own; the caller looks again. */
export function installElectron(node, limitMs, folder = packageFolder('electron')) {
  if (!folder) return Promise.resolve();
  const script = path.join(folder, 'install.js');
  return new Promise((resolve) => {
    const child = spawn(node, [script], { stdio: 'ignore', timeout: limitMs, killSignal: 'SIGKILL' });
    child.on('error', resolve);
    child.on('exit', resolve);
  });
}
