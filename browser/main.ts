import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createApp } from '../agent/app/create-app.ts';
import { dataFolderPath, makeDataFolder } from '../agent/profile/data-folder.ts';
import { serversOf } from '../server/embedded/data-folder-servers.ts';
import { port, readSettings } from '../server/platform/config/settings.ts';
import { openLogFile } from '../server/platform/log-file.ts';
import { createLogger } from '../server/platform/logging.ts';
import { outliveOutput } from '../server/platform/outlive-output.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import { errorSentence } from '../shared/messages/en.ts';
import { runShell } from './run-shell.ts';

const SETTINGS = {
  SEALKEEP_BROWSER_PORT: port.default(0),
  /** Whether to open the system's browser where there is a display. */
  SEALKEEP_BROWSER_OPEN: z.enum(['yes', 'no']).default('yes'),
};

/** Files of the build, as they lie beside this one. */
const beside = (relative: string) => new URL(relative, import.meta.url);

async function start(): Promise<void> {
  const { platform, env: environment } = process;
  // From the first moment on: who stops Sealkeep as soon as it says that it is ready leaves nothing behind either.
  const isAskedToEnd = untilSignal();
  outliveOutput();
  const settings = readSettings(SETTINGS, environment);
  const dataFolder = dataFolderPath({ platform, environment });
  await makeDataFolder(dataFolder);
  const logger = createLogger('shell', 'warn', openLogFile(path.join(dataFolder, 'shell.log')));
  const app = await createApp({
    dataFolder,
    shell: 'browser',
    can: { show_in_folder: false, choose_folder: false, save: true, hold_folders: true, trash: false },
    defaultOutputFolder: path.join(homedir(), 'Sealkeep'),
    segmentWorkerUrl: beside('./segment-worker.js'),
    openOwnServers: () =>
      serversOf(dataFolder, beside('./server-worker.js'), {
        usersWait: {
          limitMs: 5 * 60_000,
          tell: () =>
            print('Another Sealkeep works with the servers of this one; waiting for it, 5 minutes at most.'),
        },
      }),
    system: {},
    now: () => new Date(),
    report: (error) => logger.error({ err: error }, 'a defect'),
  });
  const running = await runShell({
    app,
    assets: {
      page: fileURLToPath(beside('../renderer')),
      carrier: fileURLToPath(beside('../carrier/carrier.js')),
    },
    home: homedir(),
    port: settings.SEALKEEP_BROWSER_PORT,
    browser: settings.SEALKEEP_BROWSER_OPEN === 'yes' ? { platform, environment, run } : undefined,
    logger,
    print,
  }).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  process.stdin.on('data', () => running.printAddress());
  process.stdin.on('error', () => process.stdin.destroy());
  await isAskedToEnd;
  process.stdin.destroy();
  await running.stop();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A terminal's Ctrl-C comes twice where launcher or npm pass on what the terminal has sent to all of them. */
const SAME_SIGNAL_MS = 500;

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt = Number.POSITIVE_INFINITY;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // The first asks politely; whoever asks again does not want to wait.
        if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(130);
        askedAt = Math.min(askedAt, performance.now());
        resolve();
      });
    }
  });
}

function run(command: string, args: readonly string[]): void {
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => child.unref());
  child.unref();
}

try {
  await start();
} catch (error) {
  if (!isSealkeepError(error)) throw error;
  process.stderr.write(`${errorSentence(error.code, error.details)}\n`);
  process.exitCode = 1;
}
