import path from 'node:path';
import { _electron, type Browser, type Page } from '@playwright/test';
import { electronBinary } from '../../bin/electron.mjs';
import { makeHugeFile } from '../../e2e/support/mid-job.ts';
import { REPOSITORY } from '../../e2e/support/places.ts';
import type { Running } from '../../e2e/support/process.ts';
import type { Workspace } from '../../e2e/support/workspace.ts';
import { makeFile } from './files.ts';
import { startGate } from './gate.ts';

/** A running app of one person's computer. */
export interface Client {
  readonly page: Page;
  /** The data folder. */
  readonly home: string;
  /** `~/Sealkeep`, where outputs go that cannot go beside their source. */
  readonly outputs: string;
  readonly canSave: boolean;
  /** Where the outputs go whose source lies there. */
  outputFolderOf(source: string): string;
  /** In *Settings*, chooses where outputs go that do not go beside their source. */
  chooseOutputFolder(folder: string): Promise<void>;
  /** A file of 40 MB or more that the app does not get to the end of unless the test lets it. */
  makeHeldFile(name: string): Promise<HeldFile>;
  /** As a person quits it. */
  close(): Promise<void>;
}

export interface Opening {
  /** Holds back the contents of the files that the page sends: what `makeHeldFile` needs. */
  readonly holdsContents?: boolean;
}

interface HeldFile {
  readonly file: string;
  /** So many bytes of it may have reached the app from now on. */
  letThrough(bytes: number): void;
}

/** What `npm start` runs; for Electron it hands over to the binary with the built main module. */
const NPM_START = path.join(REPOSITORY, 'bin', 'start.mjs');
const PATH_SHELL = path.join(REPOSITORY, 'bench', 'programs', 'path-shell.ts');
const ELECTRON_MAIN = path.join(REPOSITORY, 'out', 'electron', 'main.js');
const READY = /Sealkeep is ready at (http:\/\/127\.0\.0\.1:\d+\/#\S+)/;
export const HELD_BYTES = 40_000_000;

async function placesOf(workspace: Workspace, name: string) {
  const user = await workspace.makeFolder(`home-${name}`);
  const home = workspace.path(`data-${name}`);
  return {
    home,
    outputs: path.join(user, 'Sealkeep'),
    // Its trash lies in its home, too.
    environment: { HOME: user, USERPROFILE: user, SEALKEEP_HOME: home, XDG_DATA_HOME: undefined },
  };
}

/** The app in a page of the browser; a context of its own keeps its cookies from those of other ports. */
export async function openInBrowser(
  workspace: Workspace,
  name: string,
  browser: Browser,
  opening: Opening = {},
  locale?: string,
): Promise<Client> {
  const { client } = await openPage(workspace, name, browser, NPM_START, opening, locale);
  return client;
}

/** An app whose files are offered by their path, as in Electron, to a page of the browser. */
export interface PathClient extends Client {
  /** Seals all files of a folder. */
  sealFilesOf(folder: string): void;
  /** So many originals more may go to the trash. */
  letIntoTrash(count: number): void;
}

export async function openByPath(workspace: Workspace, name: string, browser: Browser): Promise<PathClient> {
  const { client, shell } = await openPage(workspace, name, browser, PATH_SHELL, {});
  return {
    ...client,
    sealFilesOf: (folder) => shell.type(`${folder}/*`),
    letIntoTrash: (count) => shell.type(`trash ${count}`),
  };
}

async function openPage(
  workspace: Workspace,
  name: string,
  browser: Browser,
  program: string,
  { holdsContents = false }: Opening,
  locale?: string,
): Promise<{ readonly client: Client; readonly shell: Running }> {
  const { home, outputs, environment } = await placesOf(workspace, name);
  const shell = workspace.spawn(process.execPath, [program], {
    environment: { ...environment, SEALKEEP_SHELL: 'browser', SEALKEEP_BROWSER_OPEN: 'no' },
  });
  const [, address = ''] = await shell.says(READY);
  const gate = holdsContents ? await startGate() : undefined;
  const context = await browser.newContext({
    ...(locale && { locale }),
    ...(gate && { proxy: { server: gate.address } }),
  });
  const page = await context.newPage();
  interceptFileChoosers(page);
  await page.goto(address);
  const client: Client = {
    page,
    home,
    outputs,
    canSave: true,
    outputFolderOf: () => outputs,
    async chooseOutputFolder(folder) {
      await page.getByLabel('Folder', { exact: true }).fill(folder);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
    },
    async makeHeldFile(fileName) {
      if (!gate) throw new Error('this app was not opened to hold contents back');
      const file = await makeFile(workspace, 'held', fileName, Buffer.alloc(HELD_BYTES, 'held'));
      return { file, letThrough: gate.letThrough };
    },
    async close() {
      await context.close();
      await gate?.close();
      shell.signal('SIGINT');
      await shell.ended;
    },
  };
  return { client, shell };
}

export async function openInElectron(workspace: Workspace, name: string, locale = 'en-GB'): Promise<Client> {
  const { home, outputs, environment } = await placesOf(workspace, name);
  const { ELECTRON_RUN_AS_NODE: _asNode, ...inherited } = process.env;
  const settings = Object.entries({ ...inherited, ...environment });
  const app = await _electron.launch({
    executablePath: electronBinary() ?? '',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      // What the tests read, and no keychain but the tests' own.
      `--lang=${locale}`,
      '--password-store=basic',
      '--use-mock-keychain',
      ELECTRON_MAIN,
    ],
    env: Object.fromEntries(settings.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  });
  const page = await app.firstWindow();
  interceptFileChoosers(page);
  return {
    page,
    home,
    outputs,
    canSave: false,
    outputFolderOf: (source) => path.dirname(source),
    async chooseOutputFolder(folder) {
      // The system's own dialog is no page: this is what it would say.
      await app.evaluate(({ dialog }, chosen) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
      }, folder);
      await page.getByRole('button', { name: 'Choose folder…' }).click();
    },
    async makeHeldFile(fileName) {
      // The app reads it by itself; there is so much of it that nobody sees the end.
      const file = await makeFile(workspace, 'held', fileName, '');
      await makeHugeFile(file);
      return { file, letThrough: () => undefined };
    },
    close: () => app.close(),
  };
}

/** From the start: what the first wait for one switches on may come after the key that asks for it. */
function interceptFileChoosers(page: Page): void {
  page.on('filechooser', () => undefined);
}
