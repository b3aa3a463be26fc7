import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import pino from 'pino';
import { createApp } from '../../agent/app/create-app.ts';
import { dispatch } from '../../agent/app/dispatch.ts';
import { dataFolderPath } from '../../agent/profile/data-folder.ts';
import { createSystemTrash } from '../../agent/trash/system-trash.ts';
import { runShell } from '../../browser/run-shell.ts';
import { serversOf } from '../../server/embedded/data-folder-servers.ts';

/**
 * The agent's app as Electron runs it, which offers files by their path, with the browser shell's page for the progress
 * to flow to. Each line of standard input names a file to seal or, by `FOLDER/*`, all files of a folder, which are dropped
 * together; `trash N` lets so many originals more into the system's trash, and the others wait.
 */
const { platform, env: environment } = process;
const now = () => new Date();
const dataFolder = dataFolderPath({ platform, environment });
const built = (...names: string[]) => path.join(import.meta.dirname, '..', '..', 'out', ...names);
const trash = createSystemTrash({ platform, environment, uid: process.getuid?.(), now });
const logger = pino({ level: 'warn' }, pino.destination(2));

let passes = 0;
const waiting: (() => void)[] = [];

/** Resolves, in the order asked, for as many as were let through. */
function mayPass(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  letThrough(0);
  return promise;
}

function letThrough(more: number): void {
  passes += more;
  const passing = waiting.splice(0, passes);
  passes -= passing.length;
  for (const pass of passing) pass();
}

const app = await createApp({
  dataFolder,
  shell: 'browser',
  can: { show_in_folder: false, choose_folder: false, save: true, hold_folders: false, trash: true },
  defaultOutputFolder: path.join(dataFolder, 'outputs'),
  segmentWorkerUrl: pathToFileURL(built('node', 'segment-worker.js')),
  openOwnServers: () => serversOf(dataFolder, pathToFileURL(built('node', 'server-worker.js'))),
  system: {
    async trash(file, expected) {
      await mayPass();
      return trash(file, expected);
    },
  },
  now,
  report: (error) => logger.error({ err: error }, 'a defect'),
});
const shell = await runShell({
  app,
  assets: { page: built('renderer'), carrier: built('carrier', 'carrier.js') },
  home: dataFolder,
  port: 0,
  browser: undefined,
  logger,
  print: (line) => process.stdout.write(`${line}\n`),
});
process.once('SIGINT', () => {
  lines.close();
  void shell.stop();
});
const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  const [, more] = /^trash (\d+)$/.exec(line) ?? [];
  if (more !== undefined) {
    letThrough(Number(more));
    continue;
  }
  const offered = await Promise.all((await filesOf(line)).map((file) => app.offerPath(file)));
  await dispatch(app, 'jobs.start', { refs: offered.map(({ ref }) => ref) });
}

async function filesOf(line: string): Promise<string[]> {
  if (!line.endsWith('/*')) return [line];
  const folder = path.dirname(line);
  return (await readdir(folder)).sort().map((name) => path.join(folder, name));
}
