import { useMemo } from 'react';
import { useTexts } from '../../messages/use-texts.ts';
import { JobList } from '../../parts/job-list.tsx';
import { LoadedPart } from '../../parts/loaded-part.tsx';
import { useLoaded } from '../../parts/use-loaded.ts';
import { useJobsStore } from '../../stores/jobs-store.ts';
import { KeyCard } from './key-card.tsx';

/** The person's keys, each as a line through time. */
export function KeysPanel() {
  const { t } = useTexts();
  const all = useJobsStore((store) => store.jobs);
  const jobs = useMemo(() => all.filter(({ kind }) => kind === 'rewrap'), [all]);
  const states = jobs.map(({ id, state }) => `${id} ${state}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: fetched anew as one of them begins or ends
  const request = useMemo(() => ({}), [states]);
  const keys = useLoaded('keys.list', request);
  return (
    <div className="panel keys">
      <p className="panel-about">{t('keys.about')}</p>
      {jobs.length > 0 && <JobList canClear title={t('keys.jobs')} jobs={jobs} />}
      <LoadedPart loaded={keys} label={t('keys.loading')}>
        {(value) =>
          value.map((key) => <KeyCard key={key.keyId} kek={key} onChanged={() => void keys.reload()} />)
        }
      </LoadedPart>
    </div>
  );
}
