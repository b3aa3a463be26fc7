import type { Job } from '../../shared/bridge/state.ts';
import type { Texts } from '../messages/use-texts.ts';
import { secondsLeft } from '../stores/jobs-store.ts';

/** Files and bytes done of how many, rate, time left: as far as each is known. */
export function progressFacts(job: Job, texts: Texts): readonly string[] {
  const { t, format } = texts;
  const left = secondsLeft(job);
  const facts = [...partsOf(job, texts), left !== null && t('job.left', { time: format.duration(left) })];
  return facts.filter((fact): fact is string => Boolean(fact));
}

function partsOf(job: Job, texts: Texts) {
  switch (job.kind) {
    case 'rewrap':
      return rewrapParts(job, texts);
    case 'trash':
      return trashParts(job, texts);
    default:
      return fileParts(job, texts);
  }
}

function countParts(job: Job, texts: Texts) {
  return [
    filesText(job, texts),
    job.failed > 0 && job.files.total > 1 && texts.t('job.failures', { n: job.failed }),
  ];
}

function fileParts(job: Job, texts: Texts) {
  const { t, format } = texts;
  return [
    ...countParts(job, texts),
    job.total > 0 && t('job.bytes', { bytes: format.bytes(job.bytes), total: format.bytes(job.total) }),
    job.state === 'running' && job.rate > 0 && format.rate(job.rate),
  ];
}

/** What counts there is wrapped keys, one for each file as good as always. */
function rewrapParts({ bytes, total, rate }: Job, { t, format }: Texts) {
  return [
    total > 0 && t('job.rewrap.keys', { done: format.number(bytes), total: format.number(total) }),
    rate > 0 && t('job.rewrap.rate', { rate: format.number(Math.ceil(rate)) }),
  ];
}

/** What counts there is files: a large one moves as quickly as a small one. */
function trashParts(job: Job, texts: Texts) {
  const { t, format } = texts;
  return [
    ...countParts(job, texts),
    job.rate > 0 && t('job.trash.rate', { rate: format.number(Math.ceil(job.rate)) }),
  ];
}

/** Of many: how many are done. */
function filesText({ files: { total, done } }: Job, { t, format }: Texts): string {
  if (total === 1) return '';
  if (done === total) return t('job.files.all', { n: total });
  return t('job.files', { done: format.number(done), total: format.number(total) });
}

/** Where what a job made lies, if that is one place, and what it is called where that is one file's. */
export function madeText(job: Job, texts: Texts): string {
  const { t, format } = texts;
  if (job.kind === 'rewrap')
    return job.total > 0 ? t('job.rewrap.made', { n: job.total }) : t('job.rewrap.made.none');
  if (job.kind === 'trash') return trashedText(job, texts);
  const [folder, ...others] = new Set(job.outputs.map((output) => output.folder));
  const made =
    job.files.total > 1 ? filesText(job, texts) : format.list(job.outputs.map((output) => output.name));
  return [made, folder && others.length === 0 && t('job.in', { folder })].filter(Boolean).join(' ');
}

/** How many originals went to the trash. */
function trashedText({ files: { total, done }, state }: Job, { t, format }: Texts): string {
  if (done === total) return t('job.trashed', { n: total });
  if (done === 0) return state === 'cancelled' ? t('job.trashed.none', { n: total }) : '';
  return t('job.trashed.some', { done: format.number(done), total: format.number(total) });
}
