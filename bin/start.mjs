#!/usr/bin/env node
// `npm start`: the app, in Electron's window where that can be had, else in the browser. Any Node >= 18 can run it.
import path from 'node:path';
import { electronBinary, hasDisplay, installElectron } from './electron.mjs';
import { checkBuild, findNode, handOver, nodeFlags, root } from './launch.mjs';

const INSTALL_LIMIT_MS = 20_000;
/** A wait that is shorter is not worth a word. */
const SAY_AFTER_MS = 1_000;

const node = findNode();
const entries = {
  electron: path.join(root, 'out', 'electron', 'main.js'),
  browser: path.join(root, 'out', 'node', 'browser-shell.js'),
};

async function chooseElectron() {
  if (process.env.SEALKEEP_SHELL === 'browser') return undefined;
  if (!electronBinary()) {
    const saying = setTimeout(() => {
      process.stdout.write("Electron's program is not here yet; fetching it, for 20 seconds at most …\n");
    }, SAY_AFTER_MS);
    await installElectron(node, INSTALL_LIMIT_MS);
    clearTimeout(saying);
  }
  const binary = electronBinary();
  if (binary && hasDisplay()) return binary;
  sayBrowser(
    binary ? 'There is no display for a window' : "Electron's program is not here and could not be fetched",
  );
  return undefined;
}

function sayBrowser(why) {
  process.stdout.write(`${why}, so Sealkeep runs in your browser.\n`);
}

const openBrowserShell = () => handOver(node, [...nodeFlags, entries.browser]);

checkBuild(entries.browser);
const electron = await chooseElectron();
if (electron) {
  // Electron would be a plain Node under this setting.
  const { ELECTRON_RUN_AS_NODE: _asNode, ...environment } = process.env;
  // Libraries that a small system lacks, a sandbox that it does not allow (or root, which has none): Electron says which.
  handOver(electron, [entries.electron, ...process.argv.slice(2)], environment, () => {
    sayBrowser("Electron's window did not open");
    openBrowserShell();
  });
} else {
  openBrowserShell();
}
