import { homedir } from 'node:os';
import path from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import type { AppSettings } from '../agent/app/app.ts';
import { createApp } from '../agent/app/create-app.ts';
import { dispatch } from '../agent/app/dispatch.ts';
import { dataFolderPath } from '../agent/profile/data-folder.ts';
import { serversOf } from '../server/embedded/data-folder-servers.ts';
import { keptRootKeys } from '../server/embedded/root-keys.ts';
import { registerAppProtocol, registerAppScheme } from './app-protocol.ts';
import { keepChromiumIn } from './chromium-folder.ts';
import { createClipboardClearing } from './clipboard-clearing.ts';
import { registerClosing, registerQuitting } from './closing.ts';
import { withContentProtection } from './content-protection.ts';
import { createExternalOpener } from './external-url.ts';
import { type Call, registerIpc, sendEvents } from './ipc.ts';
import { findKeychain } from './keychain.ts';
import { followState } from './last-state.ts';
import { registerMenu } from './menu.ts';
import { registerNavigation } from './navigation.ts';
import { registerNotifications } from './notifications.ts';
import { createFileOpening, type Openings, registerOpenings } from './openings.ts';
import { registerPermissions } from './permissions.ts';
import { endWithSentence, report } from './report.ts';
import { takeSingleInstance } from './single-instance.ts';
import { createSystem } from './system.ts';
import { registerTheme } from './theme.ts';
import { registerWebRequests } from './web-requests.ts';
import { bringToFront, createMainWindow } from './window.ts';

const { platform, env: environment, argv } = process;
const dataFolder = dataFolderPath({ platform, environment });
const built = (...steps: string[]) => path.join(import.meta.dirname, '..', ...steps);
let window: BrowserWindow | undefined;

try {
  begin();
} catch (error) {
  endWithSentence(error);
}

/** What has to be said before Electron is ready. */
function begin(): void {
  app.setAppUserModelId('app.sealkeep.desktop');
  keepChromiumIn(dataFolder);
  app.enableSandbox();
  registerAppScheme();
  registerNavigation(createExternalOpener(report));
  const openings = registerOpenings(argv, platform);
  // Never awaited at the top: Electron is ready only after this module has run to its end.
  if (takeSingleInstance()) {
    app
      .whenReady()
      .then(() => start(openings))
      .catch(endWithSentence);
  }
}

async function start(openings: Openings): Promise<void> {
  // In memory: the page keeps nothing on disk.
  const pages = session.fromPartition('sealkeep');
  for (const each of [session.defaultSession, pages]) {
    registerPermissions(each);
    registerWebRequests(each, { hasDevTools: !app.isPackaged });
  }
  registerAppProtocol(pages, built('renderer'));
  registerMenu(platform);

  const sealkeep = await createApp(await settings());
  registerQuitting(sealkeep);
  const call: Call = (name, input) => dispatch(sealkeep, name, input);
  const clearClipboard = createClipboardClearing(report);
  registerIpc(
    sealkeep,
    withContentProtection(call, () => window, clearClipboard),
  );
  const state = await followState(sealkeep, call);
  registerTheme(sealkeep, state.app());

  window = createMainWindow(pages, built('preload', 'preload.cjs'), report);
  const main = window;
  sendEvents(sealkeep, main);
  registerClosing(sealkeep, main, state);
  registerNotifications(sealkeep, main, state);
  const openFile = createFileOpening(sealkeep, call, () => state.app().user);
  openings.deliverTo((opening) => {
    bringToFront(main);
    if (opening.kind === 'file') openFile(opening.path);
  });
}

async function settings(): Promise<AppSettings> {
  const { kept, load } = keptRootKeys(dataFolder, await findKeychain(platform));
  const serverWorkerUrl = new URL('./server-worker.js', import.meta.url);
  return {
    dataFolder,
    shell: 'electron',
    can: { show_in_folder: true, choose_folder: true, save: false },
    defaultOutputFolder: path.join(homedir(), 'Sealkeep'),
    segmentWorkerUrl: new URL('./segment-worker.js', import.meta.url),
    openOwnServers: () => serversOf(dataFolder, serverWorkerUrl, load),
    rootKey: kept,
    system: createSystem(() => window),
    now: () => new Date(),
    report,
  };
}
