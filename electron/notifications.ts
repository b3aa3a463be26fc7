import { type BrowserWindow, Notification } from 'electron';
import type { App } from '../agent/app/app.ts';
import type { Job, JobKind } from '../shared/bridge/state.ts';
import type { ShellText } from '../shared/messages/shell-en.ts';
import type { ShellTexts } from '../shared/messages/shell-texts.ts';
import type { Texts } from './language.ts';
import { isAtWork, isUnderWay } from './last-state.ts';
import { bringToFront } from './window.ts';

const DONE: Readonly<Record<JobKind, ShellText>> = {
  seal: 'job.sealed',
  open: 'job.opened',
  prove: 'job.proved',
  trash: 'job.trashed',
  upload: 'job.uploaded',
  download: 'job.downloaded',
  rewrap: 'job.rewrapped',
};

const failed = (kind: JobKind): ShellText => (kind === 'rewrap' ? 'job.rewrap-failed' : 'job.failed');

/** What is said of jobs that ended; undefined where the person ended them. */
function sentenceFor(ended: readonly Job[], { say }: ShellTexts): string | undefined {
  const told = ended.filter(({ state }) => state === 'failed' || state === 'done');
  const [only] = told;
  if (!only) return undefined;
  const total = told.reduce((sum, { files }) => sum + files.total, 0);
  const done = told.reduce((sum, { files }) => sum + files.done, 0);
  const { name, kind, state } = only;
  if (total === 1) return say(state === 'failed' ? failed(kind) : DONE[kind], { name });
  return say(done === total ? 'jobs.done' : 'jobs.some-failed', { done, total });
}

/** Tells the person, once, when the last running job has ended and the window is not in front. */
export function registerNotifications(app: Pick<App, 'on'>, window: BrowserWindow, texts: Texts): void {
  const atWork = new Set<string>();
  const ended = new Map<string, Job>();
  app.on('jobs.changed', (jobs) => {
    for (const job of jobs) {
      if (isAtWork(job)) atWork.add(job.id);
      // A paused one has not ended, and is told of when it has.
      else if (!isUnderWay(job) && atWork.delete(job.id)) ended.set(job.id, job);
    }
    if (jobs.some(isAtWork)) return;
    const all = [...ended.values()];
    ended.clear();
    if (window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return;
    const body = sentenceFor(all, texts());
    if (body === undefined) return;
    const notification = new Notification({ title: 'Sealkeep', body, silent: true });
    notification.on('click', () => !window.isDestroyed() && bringToFront(window));
    notification.show();
  });
}

/** Tells the person, who has closed the window, why Sealkeep has not ended yet. */
export function tellOfWaiting(texts: Texts): void {
  if (!Notification.isSupported()) return;
  new Notification({ title: 'Sealkeep', body: texts().say('closing.waits'), silent: true }).show();
}
