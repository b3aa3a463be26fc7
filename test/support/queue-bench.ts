import { type JobJournal, NO_JOURNAL } from '../../agent/app/jobs/job-journal.ts';
import { createJobQueue } from '../../agent/app/jobs/job-queue.ts';
import type { RunOptions, Work } from '../../agent/app/jobs/work.ts';
import type { Job } from '../../shared/bridge/state.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

export const ANA = { place: 'here', user: 'ana' };
export const BEN = { place: 'here', user: 'ben' };

interface FakeWork extends Work {
  readonly runs: { readonly how: RunOptions; readonly end: PromiseWithResolvers<void> }[];
  isHeld: boolean;
  /** Of the newest run: finishes all its files. */
  finish(): void;
  fail(error: Error): void;
}

/** Jobs that do what the test says, when it says. */
export function queueBench() {
  let time = 0;
  const told: (readonly Job[])[] = [];
  const reported: unknown[] = [];
  const later: { ms: number; work: () => void }[] = [];
  const written: string[] = [];
  const journal: JobJournal = {
    ...NO_JOURNAL,
    added: ({ task }) => written.push(`added ${task.kind}`),
    finished: (_, files) => files.length > 0 && written.push(`finished ${files.map(([file]) => file)}`),
    ended: (_, { state }) => written.push(state),
    again: () => written.push('again'),
    removed: (ids) => ids.length > 0 && written.push(`removed ${ids.length}`),
  };
  const queue = createJobQueue({
    now: () => new Date(time),
    schedule(ms, work) {
      later.push({ ms, work });
      return () => undefined;
    },
    journal,
    changed: (jobs) => void told.push(jobs),
    report: (error) => void reported.push(error),
  });
  queue.show(ANA);
  later.shift()?.work();
  told.length = 0;

  function work(
    name: string,
    size = 1,
    part: Partial<Pick<Work, 'holding' | 'folder'>> & { files?: number } = {},
  ) {
    const runs: FakeWork['runs'] = [];
    const files = Array.from({ length: part.files ?? 1 }, (_, index) => ({
      name: index === 0 ? name : `${name}-${index}`,
      size,
    }));
    const self: FakeWork = {
      kind: 'seal',
      files,
      holding: part.holding ?? 'always',
      ...(part.folder && { folder: part.folder }),
      kept: { kind: 'download', owner: 'o', name, open: false },
      runs,
      isHeld: true,
      canRetry: () => self.isHeld,
      async run(how) {
        const end = Promise.withResolvers<void>();
        runs.push({ how, end });
        how.signal.addEventListener('abort', () => end.reject(new SealkeepError('JOB_CANCELLED')));
        await end.promise;
      },
      finish() {
        const run = runs.at(-1);
        for (const file of run?.how.files ?? [])
          run?.how.report.finished(file, [`/out/${files[file]?.name}.enc`]);
        run?.end.resolve();
      },
      fail: (error) => runs.at(-1)?.end.reject(error),
    };
    return self;
  }
  const states = () => Object.fromEntries(queue.list().map(({ name, state }) => [name, state]));
  /** What promises have to do is done. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const one = (of: Work): string => queue.add(ANA, [of])[0] ?? '';
  return {
    queue,
    work,
    one,
    told,
    reported,
    later,
    written,
    states,
    settle,
    pass: (ms: number) => (time += ms),
  };
}
