import type { Job } from '../../shared/bridge/state.ts';
import { call, carrier } from '../bridge.ts';
import { currentTexts } from '../messages/use-texts.ts';
import { jobState, jobTitle } from '../parts/job-state.ts';
import { selectTheme, selectWantedLanguage, useAppStore } from './app-store.ts';
import { useCloudStore } from './cloud-store.ts';
import { endedJobs, isUnderWay, overallProgress, useJobsStore } from './jobs-store.ts';
import { learnLanguage, prepareLanguage } from './learn-language.ts';
import { forgetFiles, loadFiles } from './load-files.ts';
import { holdsSecret, useViewStore } from './view-store.ts';

type Stop = () => void;

/** How often a screen reader hears how far things are. */
const PROGRESS_MS = 15_000;

/** Fetches state and jobs; also what *Try again* does where that failed. */
export async function loadState(): Promise<void> {
  const state = await call('app.state', {});
  if (!state.ok) return useAppStore.getState().fail(state.error);
  if (state.value.enrolment && !(await resumeEnrolment())) return;
  const jobs = await call('jobs.list', {});
  if (!jobs.ok) return useAppStore.getState().fail(jobs.error);
  await prepareLanguage(state.value);
  useAppStore.getState().receive(state.value);
  useJobsStore.getState().receive(jobs.value);
}

/** A page that was loaded anew goes on at the step where it was. @returns whether it could. */
async function resumeEnrolment(): Promise<boolean> {
  const step = await call('account.enrolment', {});
  if (step.ok) useViewStore.getState().enter(step.value);
  else useAppStore.getState().fail(step.error);
  return step.ok;
}

function followAgent(): Stop {
  const stops = [
    carrier().on('app.changed', (state) => useAppStore.getState().receive(state)),
    carrier().on('jobs.changed', (jobs) => useJobsStore.getState().receive(jobs)),
    carrier().onReach((reach) => useAppStore.getState().noticeReach(reach)),
  ];
  void loadState();
  return () => stops.forEach((stop) => void stop());
}

function followSystem(): Stop {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const read = () =>
    useAppStore.getState().followSystem({ languages: navigator.languages, isDark: dark.matches });
  read();
  dark.addEventListener('change', read);
  window.addEventListener('languagechange', read);
  return () => {
    dark.removeEventListener('change', read);
    window.removeEventListener('languagechange', read);
  };
}

function followLanguage(): Stop {
  return useAppStore.subscribe((data, before) => {
    if (selectWantedLanguage(data) !== selectWantedLanguage(before)) void learnLanguage();
  });
}

function dressPage(): Stop {
  const dress = () => {
    const data = useAppStore.getState();
    document.documentElement.lang = data.speech.language;
    document.documentElement.dataset['theme'] = selectTheme(data);
  };
  dress();
  return useAppStore.subscribe(dress);
}

function followLogin(): Stop {
  return useAppStore.subscribe(({ state }, { state: before }) => {
    if (!state) return;
    if (before && before.user !== state.user) {
      forgetFiles();
      useViewStore.getState().noticeLogin(state.user !== null);
      // Whatever step was last on screen, of this page or of another one.
      if (!state.enrolment) useViewStore.getState().enter({ step: 'start' });
      else void resumeEnrolment();
    }
    if (before?.place && state.place === null) useViewStore.getState().reset();
    // A cloud that came back may have news.
    if (before?.servers?.cloud.state === 'away' && state.servers?.cloud.state === 'answering') reload();
  });
}

/**
 * A command in the same data folder may have registered or logged in somebody while the window was out of sight: whoever comes
 * back to the screens before the main window is asked by the name that they have now. Where it cannot be had, nothing changes.
 */
function followFocus(): Stop {
  const look = async () => {
    if (useAppStore.getState().state?.user !== null) return;
    const state = await call('app.state', {});
    if (state.ok) useAppStore.getState().receive(state.value);
  };
  const onFocus = () => void look();
  window.addEventListener('focus', onFocus);
  return () => window.removeEventListener('focus', onFocus);
}

/** Fetches again those lists that were asked for before. */
function reload(): void {
  const { mine, shared } = useCloudStore.getState();
  if (mine.files || mine.error) void loadFiles('mine');
  if (shared.files || shared.error) void loadFiles('shared');
}

function announceEnded(ended: readonly Job[]): void {
  const { t } = currentTexts();
  const said = ended.map((job) => t('job.announce', { name: jobTitle(job, t), state: t(jobState(job)) }));
  if (said.length > 0) useViewStore.getState().announce(said.slice(0, 5).join(' '));
}

function followJobs(): Stop {
  const stop = useJobsStore.subscribe(({ jobs }, { jobs: before }) => {
    const ended = endedJobs(before, jobs);
    announceEnded(ended);
    if (ended.some((job) => job.kind === 'upload' && job.state === 'done')) reload();
  });
  const timer = setInterval(() => {
    const { active, fraction } = overallProgress(useJobsStore.getState().jobs);
    if (active === 0) return;
    const { t, format } = currentTexts();
    const percent = format.percent(fraction);
    useViewStore.getState().announce(t('job.announce.progress', { n: active, percent }));
  }, PROGRESS_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}

/** A file that is dropped beside a drop zone must not replace the page; closing must not cut off what runs or what is not kept yet. */
function guardWindow(): Stop {
  const refuse = (event: DragEvent) => {
    if (!event.defaultPrevented && event.dataTransfer) event.dataTransfer.dropEffect = 'none';
    event.preventDefault();
  };
  const ask = (event: BeforeUnloadEvent) => {
    // Electron's shell asks by a dialog of its own: there, this would only keep the window from closing.
    const isPage = useAppStore.getState().state?.shell === 'browser';
    const isAmiss = holdsSecret(useViewStore.getState()) || useJobsStore.getState().jobs.some(isUnderWay);
    if (isPage && isAmiss) event.preventDefault();
  };
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
  window.addEventListener('beforeunload', ask);
  return () => {
    window.removeEventListener('dragover', refuse);
    window.removeEventListener('drop', refuse);
    window.removeEventListener('beforeunload', ask);
  };
}

/** Everything that happens outside of what a person does. @returns stops all of it. */
export function startSubscriptions(): Stop {
  const stops = [
    followLanguage(),
    followSystem(),
    dressPage(),
    followLogin(),
    followFocus(),
    followJobs(),
    guardWindow(),
    followAgent(),
  ];
  return () => stops.reverse().forEach((stop) => void stop());
}
