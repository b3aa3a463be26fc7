import { homedir } from 'node:os';
import path from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import type { AppSettings } from '../agent/app/app.ts';
import { createApp } from '../agent/app/create-app.ts';
import { dispatch } from '../agent/app/dispatch.ts';
import { openSettings } from '../agent/app/settings/settings-store.ts';
import { dataFolderPath } from '../agent/profile/data-folder.ts';
import { serversOf } from '../server/embedded/data-folder-servers.ts';
import { keptRootKeys } from '../server/embedded/root-keys.ts';
import { outliveOutput } from '../server/platform/outlive-output.ts';
import { registerAppProtocol, registerAppScheme } from './app-protocol.ts';
import { keepChromiumIn } from './chromium-folder.ts';
import { createClipboardClearing } from './clipboard-clearing.ts';
import { createRelaunch, registerClosing, registerQuitting } from './closing.ts';
import { withContentProtection } from './content-protection.ts';
import { registerDownloads } from './downloads.ts';
import { createWaysOut } from './external-url.ts';
import { type Call, registerIpc, sendEvents } from './ipc.ts';
import { findKeychain } from './keychain.ts';
import { createShellLanguage } from './language.ts';
import { followState } from './last-state.ts';
import { registerMenu } from './menu.ts';
import { registerNavigation } from './navigation.ts';
import { registerNotifications, tellOfWaiting } from './notifications.ts';
import { createFileOpening, type Openings, registerOpenings } from './openings.ts';
import { registerPageRecovery } from './page-recovery.ts';
import { registerPermissions } from './permissions.ts';
import { createErrorBox, createStartFailure, report } from './report.ts';
import { takeSingleInstance } from './single-instance.ts';
import { createSystem } from './system.ts';
import { registerTheme } from './theme.ts';
import { registerWebRequests } from './web-requests.ts';
import { bringToFront, createMainWindow } from './window.ts';

const { platform, env: environment, argv } = process;
const dataFolder = dataFolderPath({ platform, environment });
const defaultOutputFolder = path.join(homedir(), 'Sealkeep');
const built = (...steps: string[]) => path.join(import.meta.dirname, '..', ...steps);
const language = createShellLanguage();
const endWithSentence = createStartFailure(language.texts);
let window: BrowserWindow | undefined;

try {
  begin();
} catch (error) {
  endWithSentence(error);
}

/** What has to be said before Electron is ready. */
function begin(): void {
  outliveOutput();
  app.setAppUserModelId('app.sealkeep.desktop');
  keepChromiumIn(dataFolder);
  app.enableSandbox();
  registerAppScheme();
  registerNavigation(createWaysOut(report));
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
  const { texts } = language;
  // First: whatever fails from here on is said in the person's language.
  const { settings: chosen } = await openSettings(dataFolder, defaultOutputFolder);
  language.choose(chosen().language);

  // In memory: the page keeps nothing on disk.
  const pages = session.fromPartition('sealkeep');
  for (const each of [session.defaultSession, pages]) {
    registerPermissions(each);
    registerWebRequests(each, { hasDevTools: !app.isPackaged });
    registerDownloads(each, texts);
  }
  registerAppProtocol(pages, built('renderer'));
  registerMenu(platform, texts);

  const sealkeep = await createApp(await appSettings());
  language.follow(sealkeep, () => registerMenu(platform, texts));
  const clearing = createClipboardClearing(report);
  registerQuitting(sealkeep, clearing.end);
  const call: Call = (name, input) => dispatch(sealkeep, name, input);
  registerIpc(
    sealkeep,
    withContentProtection(call, () => window, clearing),
  );
  const state = await followState(sealkeep, call);
  registerTheme(sealkeep, state.app());

  window = createMainWindow(pages, built('preload', 'preload.cjs'), report);
  const main = window;
  main.once('closed', () => {
    window = undefined;
  });
  sendEvents(sealkeep, main);
  registerPageRecovery(main, texts, { now: () => performance.now(), report });
  registerClosing(sealkeep, main, state, texts);
  registerNotifications(sealkeep, main, texts);
  const user = () => state.app().user;
  const openFile = createFileOpening(sealkeep, call, user, createErrorBox(main, texts));
  const relaunch = createRelaunch(argv);
  openings.deliverTo((opening) => {
    if (main.isDestroyed()) return relaunch();
    bringToFront(main);
    if (opening.kind === 'file') openFile(opening.path);
  });
}

async function appSettings(): Promise<AppSettings> {
  const { kept, load } = keptRootKeys(dataFolder, await findKeychain(platform));
  const serverWorkerUrl = new URL('./server-worker.js', import.meta.url);
  const usersWait = { limitMs: 30_000, tell: () => tellOfWaiting(language.texts) };
  return {
    dataFolder,
    shell: 'electron',
    can: { show_in_folder: true, choose_folder: true, save: false, hold_folders: false, trash: true },
    defaultOutputFolder,
    segmentWorkerUrl: new URL('./segment-worker.js', import.meta.url),
    openOwnServers: () => serversOf(dataFolder, serverWorkerUrl, { loadRootKeys: load, usersWait }),
    rootKey: kept,
    system: createSystem(() => window),
    now: () => new Date(),
    report,
  };
}
