import { ChevronDown, ListFilter } from 'lucide-react';
import { useId, useState } from 'react';
import type { ActivityFilter } from '../../../shared/bridge/activity-calls.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { useAppStore } from '../../stores/app-store.ts';
import { useCloudStore } from '../../stores/cloud-store.ts';
import { OPERATIONS, operationKey } from './operations.ts';

const DECISIONS = ['', 'allowed', 'refused'] as const;
const EMPTY = {
  actor: '',
  operation: '',
  file: '',
  decision: '' as '' | 'allowed' | 'refused',
  from: '',
  to: '',
};
type Typed = typeof EMPTY;

/** @param date `YYYY-MM-DD`, here. @returns the time at its beginning, or at that of the day after. */
function dayTime(date: string, isEnd: boolean): string | undefined {
  const day = new Date(`${date}T00:00:00`);
  if (Number.isNaN(day.getTime())) return undefined;
  if (isEnd) day.setDate(day.getDate() + 1);
  return day.toISOString();
}

function filterOf({ actor, operation, file, decision, from, to }: Typed): ActivityFilter {
  const [first, end] = [dayTime(from, false), dayTime(to, true)];
  return {
    ...(actor.trim() !== '' && { actor: actor.trim() }),
    ...(operation !== '' && { operation }),
    ...(file.trim() !== '' && { file: file.trim() }),
    ...(decision !== '' && { decision }),
    ...(first !== undefined && { from: first }),
    ...(end !== undefined && { to: end }),
  };
}

interface ActivityFiltersProps {
  readonly isBusy: boolean;
  readonly onFilter: (filter: ActivityFilter) => void;
}

/** What is looked for in the audit log. */
export function ActivityFilters({ isBusy, onFilter }: ActivityFiltersProps) {
  const { t } = useTexts();
  const isAdministrator = useAppStore((app) => app.state?.role === 'administrator');
  const files = useCloudStore((store) => store.mine.files);
  const listId = useId();
  const [typed, setTyped] = useState(EMPTY);
  const put = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  const clear = () => {
    setTyped(EMPTY);
    onFilter({});
  };
  return (
    <details className="filters">
      <summary className="button button-small button-secondary">
        <ListFilter aria-hidden="true" />
        {t('activity.filter')}
        <ChevronDown aria-hidden="true" className="filters-turn" />
      </summary>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) onFilter(filterOf(typed));
        }}
      >
        <div className="filter-fields">
          {isAdministrator && (
            <TextField
              label={t('activity.who')}
              maxLength={256}
              value={typed.actor}
              onChange={(event) => put({ actor: event.target.value })}
            />
          )}
          <SelectField
            label={t('activity.what')}
            value={typed.operation}
            onChange={(event) => put({ operation: event.target.value })}
            options={[
              { value: '', label: t('activity.what.any') },
              ...OPERATIONS.map((operation) => ({
                value: operation,
                label: t(operationKey(operation, false)),
              })),
            ]}
          />
          <TextField
            label={t('activity.file')}
            hint={t('activity.file.hint')}
            list={listId}
            maxLength={255}
            value={typed.file}
            onChange={(event) => put({ file: event.target.value })}
          />
          <datalist id={listId}>
            {files?.map(({ resource_name, name }) => (
              <option key={resource_name} value={name} />
            ))}
          </datalist>
          <SelectField
            label={t('activity.decision')}
            value={typed.decision}
            onChange={(event) => put({ decision: DECISIONS.find((one) => one === event.target.value) ?? '' })}
            options={DECISIONS.map((value) => ({
              value,
              label: t(`activity.decision.${value === '' ? 'any' : value}`),
            }))}
          />
          <TextField
            type="date"
            label={t('activity.from')}
            value={typed.from}
            onChange={(event) => put({ from: event.target.value })}
          />
          <TextField
            type="date"
            label={t('activity.to')}
            value={typed.to}
            onChange={(event) => put({ to: event.target.value })}
          />
        </div>
        <div className="form-actions">
          <Button look="quiet" onClick={clear}>
            {t('activity.filter.clear')}
          </Button>
          <Button type="submit" isBusy={isBusy}>
            {t('activity.filter.go')}
          </Button>
        </div>
      </form>
    </details>
  );
}
