import path from 'node:path';
import { _electron, type Browser, type Page } from '@playwright/test';
import { electronBinary } from '../../bin/electron.mjs';
import { REPOSITORY } from '../../e2e/support/places.ts';
import type { Workspace } from '../../e2e/support/workspace.ts';

/** A running app of one person's computer. */
export interface Client {
  readonly page: Page;
  /** `~/Sealkeep`, where outputs go that cannot go beside their source. */
  readonly outputs: string;
  readonly canSave: boolean;
  /** As a person quits it. */
  close(): Promise<void>;
}

const built = (...names: string[]) => path.join(REPOSITORY, 'out', ...names);
const READY = /Sealkeep is ready at (http:\/\/127\.0\.0\.1:\d+\/#\S+)/;

async function placesOf(workspace: Workspace, name: string) {
  const home = await workspace.makeFolder(`home-${name}`);
  return {
    outputs: path.join(home, 'Sealkeep'),
    environment: { HOME: home, SEALKEEP_HOME: workspace.path(`data-${name}`) },
  };
}

/** The app in a page of the browser; a context of its own keeps its cookies from those of other ports. */
export async function openInBrowser(workspace: Workspace, name: string, browser: Browser): Promise<Client> {
  const { outputs, environment } = await placesOf(workspace, name);
  const shell = workspace.spawn(process.execPath, [built('node', 'browser-shell.js')], {
    environment: { ...environment, SEALKEEP_BROWSER_OPEN: 'no' },
  });
  const [, address = ''] = await shell.says(READY);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  return {
    page,
    outputs,
    canSave: true,
    async close() {
      await context.close();
      shell.signal('SIGINT');
      await shell.ended;
    },
  };
}

export async function openInElectron(workspace: Workspace, name: string): Promise<Client> {
  const { outputs, environment } = await placesOf(workspace, name);
  const { ELECTRON_RUN_AS_NODE: _asNode, ...inherited } = process.env;
  const settings = Object.entries({ ...inherited, ...environment });
  const app = await _electron.launch({
    executablePath: electronBinary() ?? '',
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), built('electron', 'main.js')],
    env: Object.fromEntries(settings.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  });
  return { page: await app.firstWindow(), outputs, canSave: false, close: () => app.close() };
}
