import type { Readable } from 'node:stream';
import type { BridgeHandlers, JobOutput } from '../../agent/app/app.ts';
import type { HeldFolder } from '../../agent/folders/held-folder.ts';
import { randomId } from '../../core/crypto/random.ts';
import {
  BRIDGE_CALLS,
  type BridgeEvent,
  type BridgeEventName,
  isBridgeCallName,
} from '../../shared/bridge/calls.ts';
import type { AppState, Job } from '../../shared/bridge/state.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { ShellBackend } from '../shell-backend.ts';

/** An app without servers, keys and jobs: it answers its state, and keeps what is offered to it. */
export interface MemoryApp extends ShellBackend {
  readonly calls: { readonly name: string; readonly input: unknown }[];
  readonly withdrawn: string[];
  readonly defects: unknown[];
  readonly outputs: Map<string, JobOutput>;
  state: AppState;
  /** By their references. */
  readonly folders: Map<string, HeldFolder>;
  /** Asks the page for an offered file, as a job does. */
  open(ref: string, upTo?: number): Promise<Readable>;
  emit<Name extends BridgeEventName>(name: Name, event: BridgeEvent<Name>): void;
  readonly listenerCount: () => number;
}

const STATE: AppState = {
  version: '0.1.0',
  shell: 'browser',
  can: { show_in_folder: false, choose_folder: false, save: true, hold_folders: true, trash: false },
  place: null,
  servers: null,
  root_key: null,
  user: null,
  enrolment: null,
  last_user: null,
  settings: { language: null, theme: 'system', output_folder: '/home/ann/Sealkeep' },
};

export const JOB: Job = {
  id: 'job-1',
  kind: 'seal',
  name: 'report.txt',
  state: 'running',
  files: { total: 1, done: 0 },
  failed: 0,
  failures: [],
  bytes: 1,
  total: 2,
  rate: 0,
  error: null,
  outputs: [],
  can_retry: true,
  can_pause: true,
};

export function createMemoryApp(): MemoryApp {
  const offered = new Map<string, (upTo?: number) => Promise<Readable>>();
  const listeners = new Map<BridgeEventName, Set<(event: never) => void>>();
  const calls: MemoryApp['calls'] = [];
  const answers: Readonly<Record<string, () => unknown>> = {
    'app.state': () => app.state,
    'jobs.list': () => [JOB],
    'place.here': () => ({}),
    'jobs.clear': () => {
      throw new Error('a defect');
    },
  };
  const answer = (name: string) => async (input: unknown) => {
    calls.push({ name, input });
    const known = answers[name];
    if (!known) throw new SealkeepError('NOT_LOGGED_IN');
    return known();
  };
  const names = Object.keys(BRIDGE_CALLS).filter(isBridgeCallName);
  const app: MemoryApp = {
    calls,
    withdrawn: [],
    defects: [],
    outputs: new Map(),
    folders: new Map(),
    state: STATE,
    handlers: Object.fromEntries(names.map((name) => [name, answer(name)])) as unknown as BridgeHandlers,
    report: (error) => {
      app.defects.push(error);
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) listener(event as never);
    },
    listenerCount: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    offerStream({ name, size }, open) {
      const ref = randomId();
      offered.set(ref, open);
      return { ref, name, size };
    },
    offerFolder(folder) {
      const ref = randomId();
      app.folders.set(ref, folder);
      return { ref, name: folder.name, size: folder.size };
    },
    withdraw: (refs) => {
      app.withdrawn.push(...refs);
    },
    output: (jobId, index) => app.outputs.get(`${jobId}/${index}`),
    open(ref, upTo) {
      const open = offered.get(ref);
      if (!open) throw new SealkeepError('FILE_NOT_FOUND', { file: ref });
      return open(upTo);
    },
  };
  return app;
}
