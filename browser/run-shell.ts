import type { Logger } from 'pino';
import type { App } from '../agent/app/app.ts';
import { type Listening, listen } from '../server/platform/http/listen.ts';
import { createShellApp } from './create-shell-app.ts';
import { openBrowser, type SystemBrowser } from './open-browser.ts';
import type { AssetPlaces } from './page-assets.ts';

export interface ShellOptions {
  readonly app: App;
  readonly assets: AssetPlaces;
  /** The person's home. */
  readonly home: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Undefined opens none. */
  readonly browser: SystemBrowser | undefined;
  readonly logger: Logger;
  /** One line for the person at the terminal. */
  print(line: string): void;
}

export interface RunningShell {
  /** Prints an address with a fresh token. */
  printAddress(): void;
  stop(): Promise<void>;
}

/** A page whose laptop slept comes back within this. */
const GRACE_MS = 10_000;

/** Listens on loopback only, says where, and opens the browser. @throws SealkeepError PORT_TAKEN */
export async function runShell(options: ShellOptions): Promise<RunningShell> {
  const { app, assets, logger, print } = options;
  const shell = createShellApp({ app, assets, logger, now: () => performance.now(), graceMs: GRACE_MS });
  const listening: Listening = await listen(shell.handler, {
    host: '127.0.0.1',
    port: options.port,
    settings: 'SEALKEEP_BROWSER',
    // The page's event stream is silent for as long as nothing happens.
    idleMs: 0,
  });
  const address = `http://127.0.0.1:${listening.port}`;
  const printAddress = () => print(`Sealkeep is ready at ${address}/#${shell.issueToken()}`);
  printAddress();
  print('The address is good once, for ten minutes; Enter prints another, Ctrl-C stops Sealkeep.');
  const removeRedirect =
    options.browser &&
    (await openBrowser(options.browser, options.home, address, shell.issueToken).catch((error: unknown) => {
      // The address stands on the terminal all the same.
      logger.warn({ err: error }, 'the browser was not opened');
      return undefined;
    }));
  return {
    printAddress,
    async stop() {
      await removeRedirect?.();
      shell.close();
      // Jobs end with the app, and with them the requests that they read from.
      await app.close();
      await listening.close();
    },
  };
}
