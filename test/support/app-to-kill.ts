import { createApp } from '../../agent/app/create-app.ts';
import { dispatch } from '../../agent/app/dispatch.ts';
import type { Addresses } from '../../agent/profile/profiles.ts';
import { WORKER_URL } from './engine.ts';

/** What the process is told, as JSON in its first argument. */
export interface AppToKill {
  readonly home: string;
  readonly outputs: string;
  readonly addresses: Addresses;
  readonly now: string;
  readonly login: { readonly user: string; readonly password: string; readonly code: string };
  readonly files: readonly string[];
}

/** An app of somebody who starts one job and does not live to see its end. */
const order = JSON.parse(process.argv[2] ?? '') as AppToKill;
const app = await createApp({
  dataFolder: order.home,
  shell: 'electron',
  can: { show_in_folder: false, choose_folder: false, save: false, hold_folders: false, trash: false },
  defaultOutputFolder: order.outputs,
  segmentWorkerUrl: WORKER_URL,
  openOwnServers: async () => ({
    addresses: order.addresses,
    launchSecret: undefined,
    ended: new Promise(() => undefined),
    close: async () => undefined,
  }),
  system: {},
  now: () => new Date(order.now),
  report(error) {
    throw error;
  },
});

async function call(name: string, input: unknown): Promise<void> {
  const result = await dispatch(app, name, input);
  if (!result.ok) throw new Error(`${name}: ${result.error.code}`);
}

await call('account.login', order.login);
const offered = await Promise.all(order.files.map((file) => app.offerPath(file)));
await call('jobs.start', { refs: offered.map(({ ref }) => ref) });
