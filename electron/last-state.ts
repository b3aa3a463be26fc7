import type { App } from '../agent/app/app.ts';
import { type AppState, appState, type Job } from '../shared/bridge/state.ts';
import type { Call } from './ipc.ts';

/** The app's state and jobs as its last events told them. */
export interface LastState {
  readonly app: () => AppState;
  readonly jobs: () => readonly Job[];
}

export async function followState(app: Pick<App, 'on'>, call: Call): Promise<LastState> {
  let jobs: readonly Job[] = [];
  let changed: AppState | undefined;
  app.on('jobs.changed', (now) => {
    jobs = now;
  });
  app.on('app.changed', (now) => {
    changed = now;
  });
  const answer = await call('app.state', {});
  if (!answer.ok) throw new TypeError(`the app tells no state (${answer.error.code})`);
  const first = appState.parse(answer.value);
  return { app: () => changed ?? first, jobs: () => jobs };
}

/** Whether a job goes on by itself. */
export function isAtWork({ state }: Job): boolean {
  return state === 'waiting' || state === 'running';
}

/** Whether a job would be cut off by closing. */
export function isUnderWay(job: Job): boolean {
  return isAtWork(job) || job.state === 'paused';
}
