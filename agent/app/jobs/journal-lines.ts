import { z } from 'zod';
import { type BridgeError, bridgeError } from '../../../shared/bridge/state.ts';
import type { JobOwner } from './as-person.ts';
import type { DoneFile, FailedFile, LeftOut } from './job-files.ts';
import type { EndedState } from './job-state.ts';
import { type KeptTask, keptTask } from './job-task.ts';

export interface AddedJob {
  readonly id: string;
  readonly owner: JobOwner;
  readonly task: KeptTask;
}

export interface JobEnd {
  readonly state: EndedState;
  readonly error: BridgeError | null;
  readonly failures: readonly FailedFile[];
  readonly leftOut: readonly LeftOut[];
}

/** A job as an earlier launch left it; what was under way then is `interrupted`. */
export interface KeptJob extends AddedJob, JobEnd {
  readonly done: readonly DoneFile[];
}

const id = z.string().min(1).max(64);
const place = z.number().int().nonnegative();

/** What happened to a job, one line each. */
const line = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('added'),
    id,
    owner: z.object({ place: z.string(), user: z.string() }),
    task: keptTask,
  }),
  z.object({
    what: z.literal('finished'),
    id,
    files: z.array(z.tuple([place, z.array(z.string())])),
  }),
  z.object({
    what: z.literal('ended'),
    id,
    state: z.enum(['done', 'failed', 'cancelled', 'interrupted']),
    error: bridgeError.nullable(),
    failures: z.array(z.tuple([place, bridgeError])),
    left_out: z.array(z.object({ name: z.string(), error: bridgeError })).default([]),
  }),
  z.object({ what: z.literal('again'), id }),
  z.object({ what: z.literal('removed'), ids: z.array(id) }),
]);
export type JournalLine = z.infer<typeof line>;

/** So many jobs, the newest ones, are known to the next launch. */
const KEPT_JOBS = 1000;

/**
 * What a journal says of jobs. Lines that are not whole, or that are not understood, say nothing: the last one may have
 * been cut off with its process, and one of a newer Sealkeep may say more than this one knows.
 */
export function keptJobs(text: string): KeptJob[] {
  const jobs = new Map<string, KeptJob>();
  const change = (key: string, part: (job: KeptJob) => Partial<KeptJob>) => {
    const job = jobs.get(key);
    if (job) jobs.set(key, { ...job, ...part(job) });
  };
  for (const one of text.split('\n').map(parsed)) {
    switch (one?.what) {
      case 'added': {
        const { id: key, owner, task } = one;
        jobs.set(key, { id: key, owner, task, ...UNDER_WAY, done: [] });
        break;
      }
      case 'finished':
        change(one.id, ({ task, done }) => {
          const count = 'files' in task ? task.files.length : 1;
          return { done: [...done, ...one.files.filter(([file]) => file < count)] };
        });
        break;
      case 'ended':
        change(one.id, () => ({
          state: one.state,
          error: one.error,
          failures: one.failures,
          leftOut: one.left_out,
        }));
        break;
      case 'again':
        change(one.id, () => UNDER_WAY);
        break;
      case 'removed':
        for (const key of one.ids) jobs.delete(key);
        break;
    }
  }
  return [...jobs.values()].slice(-KEPT_JOBS);
}

const UNDER_WAY = { state: 'interrupted', error: null, failures: [], leftOut: [] } as const;

function parsed(text: string): JournalLine | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Of what was left out of folders the first hundred. */
const LEFT_OUT = 100;

export function endedLine(key: string, { state, error, failures, leftOut }: JobEnd): JournalLine {
  return {
    what: 'ended',
    id: key,
    state,
    error,
    failures: failures.map(([file, why]) => [file, why]),
    left_out: leftOut.slice(0, LEFT_OUT),
  };
}

/** The same jobs, in as few lines as will do. */
export function linesOf(jobs: readonly KeptJob[]): string {
  const lines = jobs.flatMap(({ id: key, owner, task, done, ...end }): JournalLine[] => [
    { what: 'added', id: key, owner, task },
    { what: 'finished', id: key, files: done.map(([file, outputs]) => [file, [...outputs]]) },
    endedLine(key, end),
  ]);
  return lines.map((one) => `${JSON.stringify(one)}\n`).join('');
}
