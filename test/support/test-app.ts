import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { App, AppSettings, OwnServers } from '../../agent/app/app.ts';
import { createApp } from '../../agent/app/create-app.ts';
import { dispatch } from '../../agent/app/dispatch.ts';
import type { BridgeCallName, BridgeInput, BridgeOutput } from '../../shared/bridge/calls.ts';
import type { AppState, BridgeError, Job } from '../../shared/bridge/state.ts';
import { PASSWORD, totpCode } from '../kms/start-test-kms.ts';
import { WORKER_URL } from './engine.ts';
import type { TestWorld } from './test-world.ts';

/** What a shell would hold: the app, all that crossed the bridge, and time that only the test moves. */
export interface TestApp {
  readonly app: App;
  readonly home: string;
  /** Where this person's files lie. */
  readonly folder: string;
  /** Where outputs go that lie beside nothing. */
  readonly outputs: string;
  /** Everything that left by the bridge, in order. */
  readonly crossed: unknown[];
  /** The states of the servers as the page was told of them, each once in a row. */
  readonly serverStates: string[];
  /** Defects. */
  readonly reported: unknown[];
  /** Servers of this app that were opened, newest last. */
  readonly own: { die(): void; isClosed: boolean }[];
  /** Calls as the page does; throws the error's data. */
  call<Name extends BridgeCallName>(name: Name, input: BridgeInput<Name>): Promise<BridgeOutput<Name>>;
  refusal<Name extends BridgeCallName>(name: Name, input: BridgeInput<Name>): Promise<string>;
  /** Waits for what the page would see. */
  until(isSo: (state: AppState, jobs: readonly Job[]) => boolean): Promise<void>;
  /** Waits until a job ends. */
  ended(id: string): Promise<Job>;
  /** Lets the longest of what was put off happen; @returns how long that would have taken. */
  tick(): number;
  write(name: string, content: string | Uint8Array): Promise<string>;
  names(folder?: string): Promise<string[]>;
  /** First launch up to the main window. @returns the `otpauth:` URI. */
  register(user: string): Promise<string>;
}

/** What is put off for less runs at once: the telling of jobs. */
const AT_ONCE_MS = 1000;

export async function startTestApp(
  world: TestWorld,
  name: string,
  overrides: Partial<AppSettings> = {},
): Promise<TestApp> {
  const home = path.join(world.folder, 'apps', name);
  const folder = path.join(world.folder, 'app-files', name);
  const outputs = path.join(world.folder, 'app-outputs', name);
  await mkdir(folder, { recursive: true });
  const crossed: unknown[] = [];
  const reported: unknown[] = [];
  const serverStates: string[] = [];
  const own: TestApp['own'] = [];
  const later = new Set<{ readonly ms: number; readonly work: () => void }>();

  async function openOwnServers(): Promise<OwnServers> {
    const { promise: ended, resolve: die } = Promise.withResolvers<void>();
    const one = { die, isClosed: false };
    own.push(one);
    const addresses = { kms: world.proxies.kms.address, cloud: world.proxies.cloud.address };
    return {
      addresses,
      launchSecret: undefined,
      ended,
      async close() {
        one.isClosed = true;
      },
    };
  }

  const app = await createApp({
    dataFolder: home,
    shell: 'browser',
    can: { show_in_folder: false, choose_folder: false, save: true, hold_folders: true, trash: false },
    homeFolder: world.folder,
    defaultOutputFolder: outputs,
    segmentWorkerUrl: WORKER_URL,
    openOwnServers,
    system: {},
    now: world.now,
    restMs: 0,
    schedule(ms, work) {
      if (ms < AT_ONCE_MS) {
        const timer = setImmediate(work);
        return () => clearImmediate(timer);
      }
      const one = { ms, work };
      later.add(one);
      return () => void later.delete(one);
    },
    report: (error) => void reported.push(error),
    ...overrides,
  });
  const looks = new Set<() => void>();
  app.on('app.changed', (state) => {
    crossed.push(state);
    const servers = state.servers;
    const shown = servers ? `${servers.kms.state} ${servers.cloud.state}` : 'none';
    if (serverStates.at(-1) !== shown) serverStates.push(shown);
    for (const look of looks) look();
  });
  app.on('jobs.changed', (jobs) => {
    crossed.push(jobs);
    for (const look of looks) look();
  });

  const call: TestApp['call'] = async (callName, input) => {
    const result = await dispatch(app, callName, input);
    crossed.push(result);
    if (result.ok) return result.value as never;
    throw result.error;
  };
  const until: TestApp['until'] = async (isSo) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      Promise.all([call('app.state', {}), call('jobs.list', {})]).then(
        ([state, jobs]) => isSo(state, jobs) && resolve(),
        reject,
      );
    };
    looks.add(look);
    look();
    await promise.finally(() => looks.delete(look));
  };

  return {
    app,
    home,
    folder,
    outputs,
    crossed,
    reported,
    serverStates,
    own,
    call,
    async refusal(callName, input) {
      const error = await call(callName, input).then(
        () => ({ code: 'NONE' }),
        (thrown: BridgeError) => thrown,
      );
      return error.code;
    },
    until,
    async ended(id) {
      const found = async () => (await call('jobs.list', {})).find((job) => job.id === id);
      await until(
        (_, jobs) => !/waiting|running|paused/.test(jobs.find((job) => job.id === id)?.state ?? 'waiting'),
      );
      const job = await found();
      if (!job) throw new Error('no such job');
      return job;
    },
    tick() {
      const [one] = [...later].sort((left, right) => right.ms - left.ms);
      if (!one) throw new Error('nothing was put off');
      later.delete(one);
      one.work();
      return one.ms;
    },
    async write(file, content) {
      await writeFile(path.join(folder, file), content);
      return path.join(folder, file);
    },
    names: async (where = folder) => (await readdir(where)).sort(),
    async register(user) {
      await call('place.here', {});
      const { otp_uri } = await call('account.register', { user, password: PASSWORD });
      await call('account.confirm', { code: totpCode(otp_uri, world.now(), -1) });
      await call('account.enter', {});
      return otp_uri;
    },
  };
}
