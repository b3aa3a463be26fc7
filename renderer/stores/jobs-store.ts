import { create } from 'zustand';
import type { Job } from '../../shared/bridge/state.ts';

interface JobsData {
  /** All jobs, oldest first. */
  readonly jobs: readonly Job[];
}

interface JobsStore extends JobsData {
  receive(jobs: readonly Job[]): void;
  reset(): void;
}

const INITIAL: JobsData = { jobs: [] };

/** Whether it goes on by itself. */
const isAtWork = ({ state }: Job) => state === 'waiting' || state === 'running';
/** Whether it has not come to an end. */
export const isUnderWay = (job: Job) => isAtWork(job) || job.state === 'paused';
export const isTransfer = (job: Job) => job.kind === 'upload' || job.kind === 'download';
const isSame = (a: Job, b: Job) => JSON.stringify(a) === JSON.stringify(b);

/** Keeps the objects of jobs that did not change, so that their rows are not drawn ten times a second. */
function reconcile(before: readonly Job[], after: readonly Job[]): readonly Job[] {
  const known = new Map(before.map((job) => [job.id, job]));
  return after.map((job) => {
    const old = known.get(job.id);
    return old && isSame(old, job) ? old : job;
  });
}

export const useJobsStore = create<JobsStore>()((set) => ({
  ...INITIAL,
  receive: (jobs) => set((data) => ({ jobs: reconcile(data.jobs, jobs) })),
  reset: () => set(INITIAL),
}));

export const selectAtWorkCount = ({ jobs }: JobsData): number => jobs.filter(isAtWork).length;

/** Bytes make no sum with wrapped keys, nor with files: those count only where nothing else is at work. */
function unitOf(active: readonly Job[]): (job: Job) => boolean {
  const isCounted = ({ kind }: Job) => kind === 'rewrap' || kind === 'trash';
  return active.every(isCounted) ? isCounted : (job) => !isCounted(job);
}

/** How far all is that runs or waits. */
export function overallProgress(jobs: readonly Job[]): { active: number; fraction: number } {
  const active = jobs.filter(isAtWork);
  const isUnit = unitOf(active);
  // What is done stays in the sum, or the bar would jump back with each job that ends.
  const counted = [...active, ...jobs.filter(({ state }) => state === 'done')].filter(isUnit);
  const total = counted.reduce((sum, job) => sum + job.total, 0);
  const bytes = counted.reduce((sum, job) => sum + Math.min(job.bytes, job.total), 0);
  return { active: active.length, fraction: active.length === 0 || total === 0 ? 0 : bytes / total };
}

/** Jobs that were under way and are no longer. */
export function endedJobs(before: readonly Job[], after: readonly Job[]): readonly Job[] {
  const active = new Set(before.filter(isUnderWay).map((job) => job.id));
  return after.filter((job) => active.has(job.id) && !isUnderWay(job));
}

/** Seconds until a job is done, or null where nothing can be said. */
export function secondsLeft(job: Job): number | null {
  if (job.state !== 'running' || job.rate <= 0 || job.total <= 0) return null;
  return Math.max(0, job.total - job.bytes) / job.rate;
}
