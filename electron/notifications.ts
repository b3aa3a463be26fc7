import { type BrowserWindow, app as electronApp, Notification } from 'electron';
import type { App } from '../agent/app/app.ts';
import type { Job, JobKind } from '../shared/bridge/state.ts';
import { isAtWork, type LastState } from './last-state.ts';
import { textsFor } from './texts.ts';
import { bringToFront } from './window.ts';

type Texts = ReturnType<typeof textsFor>;

const DONE: Readonly<Record<JobKind, (texts: Texts, name: string) => string>> = {
  seal: (texts, name) => texts.sealed(name),
  open: (texts, name) => texts.opened(name),
  upload: (texts, name) => texts.uploaded(name),
  download: (texts, name) => texts.downloaded(name),
};

/** What is said of jobs that ended; undefined where the person ended them. */
function sentenceFor(ended: readonly Job[], texts: Texts): string | undefined {
  const failed = ended.filter(({ state }) => state === 'failed');
  const done = ended.filter(({ state }) => state === 'done');
  const [only, ...others] = [...failed, ...done];
  if (!only) return undefined;
  if (others.length > 0) return texts.several(done.length, failed.length);
  return only.state === 'failed' ? texts.failed(only.name) : DONE[only.kind](texts, only.name);
}

/** Tells the person, once, when the last running job has ended and the window is not in front. */
export function registerNotifications(app: Pick<App, 'on'>, window: BrowserWindow, state: LastState): void {
  const atWork = new Set<string>();
  const ended = new Map<string, Job>();
  app.on('jobs.changed', (jobs) => {
    for (const job of jobs) {
      if (isAtWork(job)) atWork.add(job.id);
      else if (atWork.delete(job.id)) ended.set(job.id, job);
    }
    if (jobs.some(isAtWork)) return;
    const all = [...ended.values()];
    ended.clear();
    if (window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return;
    const texts = textsFor(state.app().settings.language, electronApp.getLocale());
    const body = sentenceFor(all, texts);
    if (body === undefined) return;
    const notification = new Notification({ title: 'Sealkeep', body, silent: true });
    notification.on('click', () => bringToFront(window));
    notification.show();
  });
}
