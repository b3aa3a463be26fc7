import { ScrollText, SearchX } from 'lucide-react';
import { useState } from 'react';
import type { ActivityFilter } from '../../../shared/bridge/activity-calls.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { LoadedPart } from '../../parts/loaded-part.tsx';
import { ActivityFilters } from './activity-filters.tsx';
import { ActivityRow } from './activity-row.tsx';
import { ActivityTools } from './activity-tools.tsx';
import { useActivity } from './use-activity.ts';

const ALL: ActivityFilter = {};

/** The audit log for people. */
export function ActivityPanel() {
  const { t } = useTexts();
  const [filter, setFilter] = useState(ALL);
  const activity = useActivity(filter);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <div className="panel activity-panel">
      <p className="panel-about">{t('activity.about')}</p>
      <ActivityTools onRefresh={() => void activity.reload()} />
      <ActivityFilters isBusy={activity.isBusy} onFilter={setFilter} />
      <LoadedPart loaded={activity} label={t('activity.loading')}>
        {({ items, before }) => (
          <>
            {items.length === 0 && before === null && (
              <EmptyState
                icon={isFiltered ? SearchX : ScrollText}
                title={t(isFiltered ? 'activity.no-match' : 'activity.none')}
                about={t(isFiltered ? 'activity.no-match.about' : 'activity.none.about')}
              />
            )}
            {items.length > 0 && (
              <ol className="activity" aria-label={t('activity.list')}>
                {items.map((entry) => (
                  <ActivityRow key={entry.seq} entry={entry} />
                ))}
              </ol>
            )}
            {before !== null && (
              <div className="activity-older">
                <Button isBusy={activity.isBusy} onClick={activity.older}>
                  {t('activity.older')}
                </Button>
              </div>
            )}
          </>
        )}
      </LoadedPart>
    </div>
  );
}
