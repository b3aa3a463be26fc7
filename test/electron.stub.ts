import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

/**
 * Stands for Electron in unit tests, whose own package would try to download a browser. It keeps what it was given, for
 * tests to look at and to play Electron's part with; `resetElectron` forgets.
 */
class App extends EventEmitter {
  isPackaged = true;
  readonly paths = new Map<string, string>();
  setPath = vi.fn((name: string, folder: string) => void this.paths.set(name, folder));
  requestSingleInstanceLock = vi.fn(() => true);
  quit = vi.fn();
  exit = vi.fn();
  relaunch = vi.fn();
  enableSandbox = vi.fn();
  setAppUserModelId = vi.fn();
  getPreferredSystemLanguages = vi.fn(() => ['en-GB']);
  whenReady = vi.fn(() => new Promise<void>(() => undefined));
}
export const app = new App();

export class BrowserWindow extends EventEmitter {
  static readonly made: BrowserWindow[] = [];
  readonly #webContents = createWebContents();
  #isDestroyed = false;
  isInFront = false;
  readonly options: Record<string, unknown>;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindow.made.push(this);
  }
  /** As in Electron: of a window that is gone the getter itself throws. */
  get webContents() {
    this.#assertThere();
    return this.#webContents;
  }
  loadURL = vi.fn(async (address: string) => {
    this.webContents.address = address;
  });
  show = vi.fn();
  focus = vi.fn();
  restore = vi.fn();
  close = vi.fn();
  destroy = vi.fn(() => {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.emit('closed');
  });
  setContentProtection = vi.fn((_isEnabled: boolean) => this.#assertThere());
  isMinimized = () => {
    this.#assertThere();
    return false;
  };
  isDestroyed = () => this.#isDestroyed;
  isFocused = () => {
    this.#assertThere();
    return this.isInFront;
  };

  #assertThere(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }
}

/** The web contents of a window, or of anything else that `web-contents-created` tells of. */
export function createWebContents() {
  return Object.assign(new EventEmitter(), {
    address: '',
    getURL(): string {
      return this.address;
    },
    send: vi.fn(),
    forcefullyCrashRenderer: vi.fn(),
    setWindowOpenHandler: vi.fn(),
  });
}

export function createSession() {
  return Object.assign(new EventEmitter(), {
    protocol: { handle: vi.fn() },
    webRequest: { onBeforeRequest: vi.fn() },
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
  });
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  static isSupported = () => true;
  readonly options: { readonly title: string; readonly body: string };
  constructor(options: Notification['options']) {
    super();
    this.options = options;
  }
  show = () => void Notification.shown.push(this);
}

type Answer = (...given: never[]) => unknown;
export const handled = new Map<string, Answer>();
export const ipcMain = { handle: (channel: string, answer: Answer) => void handled.set(channel, answer) };
export const ipcRenderer = Object.assign(new EventEmitter(), { invoke: vi.fn() });
export const exposed = new Map<string, unknown>();
export const contextBridge = {
  exposeInMainWorld: (name: string, api: unknown) => void exposed.set(name, api),
};
export const webUtils = { getPathForFile: vi.fn((file: { path?: string }) => file.path ?? '') };
export const protocol = { registerSchemesAsPrivileged: vi.fn() };
export const session = { defaultSession: createSession(), fromPartition: vi.fn(createSession) };
export const shell = {
  openExternal: vi.fn(async () => undefined),
  trashItem: vi.fn(async (_path: string) => undefined),
  showItemInFolder: vi.fn(),
};
export const dialog = { showMessageBox: vi.fn(), showOpenDialog: vi.fn(), showErrorBox: vi.fn() };
export const nativeTheme = { shouldUseDarkColors: false, themeSource: 'system' };
export const clipboard = { readText: vi.fn(async () => ''), clear: vi.fn() };
export const Menu = { buildFromTemplate: vi.fn((items: unknown) => items), setApplicationMenu: vi.fn() };
export const safeStorage = {
  isAsyncEncryptionAvailable: vi.fn(async () => false),
  encryptStringAsync: vi.fn(),
  decryptStringAsync: vi.fn(),
  getSelectedStorageBackend: vi.fn(() => 'basic_text'),
};

export function resetElectron(): void {
  vi.clearAllMocks();
  // Answers that no test asked for any more.
  for (const box of Object.values(dialog)) box.mockReset();
  app.removeAllListeners();
  app.isPackaged = true;
  ipcRenderer.removeAllListeners();
  BrowserWindow.made.length = 0;
  Notification.shown.length = 0;
  handled.clear();
}
