import type { Job } from '../../shared/bridge/state.ts';
import { printable } from '../../shared/names/printable.ts';
import { useTexts } from '../messages/use-texts.ts';

/** Which of many files failed and why, once somebody asks. */
export function JobFailures({ job }: { job: Job }) {
  const { t, sentence } = useTexts();
  if (job.failed === 0) return null;
  const hidden = job.failed - job.failures.length;
  return (
    <details className="job-failures">
      <summary>{t('job.failures', { n: job.failed })}</summary>
      <ul>
        {job.failures.map(({ name: given, error }, index) => {
          const name = printable(given);
          const said = sentence(error);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: files of several folders may have one name, and none moves
            <li key={index}>
              {!said.includes(name) && <span className="job-failure-name">{name}</span>} {said}
            </li>
          );
        })}
      </ul>
      {hidden > 0 && <p className="quiet">{t('job.failures.more', { n: hidden })}</p>}
    </details>
  );
}
