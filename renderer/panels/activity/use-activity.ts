import { useCallback, useEffect, useRef, useState } from 'react';
import type { ActivityEntry, ActivityFilter } from '../../../shared/bridge/activity-calls.ts';
import { useCall } from '../../parts/use-call.ts';

interface Read {
  readonly items: readonly ActivityEntry[];
  readonly before: number | null;
}

/** The entries that a filter leaves, page by page. */
export function useActivity(filter: ActivityFilter) {
  const { run, error, isBusy } = useCall('activity.list');
  const [read, setRead] = useState<Read | null>(null);
  const newest = useRef(0);
  const fetchPage = useCallback(
    async (before: number | null, known: readonly ActivityEntry[]) => {
      newest.current += 1;
      const own = newest.current;
      const result = await run({ ...filter, ...(before === null ? {} : { before }) });
      // Of two filters the later one counts, whichever is answered last.
      if (!result.ok || own !== newest.current) return;
      setRead({ items: [...known, ...result.value.items], before: result.value.before });
    },
    [run, filter],
  );
  const reload = useCallback(() => fetchPage(null, []), [fetchPage]);
  useEffect(() => void reload(), [reload]);
  return {
    value: read,
    error,
    isBusy,
    reload,
    older: () => void fetchPage(read?.before ?? null, read?.items ?? []),
  };
}
