import { call } from '../bridge.ts';
import { type ListName, useCloudStore } from './cloud-store.ts';

const CALLS = { mine: 'cloud.list', shared: 'cloud.shared-with-me' } as const;
/** Of two fetches of one list, the later one counts, whichever answers last. */
const newest: Record<ListName, number> = { mine: 0, shared: 0 };

/** Fetches a list anew. */
export async function loadFiles(list: ListName): Promise<void> {
  newest[list] += 1;
  const own = newest[list];
  const store = useCloudStore.getState();
  store.begin(list);
  const result = await call(CALLS[list], {});
  if (own !== newest[list]) return;
  if (result.ok) store.receive(list, result.value, Date.now());
  else store.fail(list, result.error);
}

/** Forgets both lists, also those on their way: they belong to who was logged in. */
export function forgetFiles(): void {
  newest.mine += 1;
  newest.shared += 1;
  useCloudStore.getState().reset();
}
