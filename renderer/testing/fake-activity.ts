import type { ActivityEntry } from '../../shared/bridge/activity-calls.ts';
import type { FakeParts, Handlers } from './world.ts';

function entry(seq: number, part: Partial<ActivityEntry>): ActivityEntry {
  const at = new Date(Date.UTC(2026, 10, 22, 8, seq)).toISOString();
  return {
    ...{ seq, at, actor: 'ana', operation: 'unwrap', file: null, resource_name: null, reason: '' },
    ...{ address: '127.0.0.1', decision: 'allowed', code: null, delegated_to: null, count: 1 },
    ...part,
  };
}

const REPORT = { file: 'report.txt', resource_name: '//sealkeep/3f/AAAAAAAAAAAAAAAAAAAAAA' };

/** Newest first. */
export const ACTIVITY: ActivityEntry[] = [
  entry(9, { ...REPORT, actor: 'ben', reason: 'open' }),
  entry(8, {
    ...{ operation: 'unwrap', actor: 'chris', resource_name: '//sealkeep/3f/BAAAAAAAAAAAAAAAAAAAAA' },
    ...{ decision: 'refused', code: 'GRANT_MISSING', reason: 'open', address: '203.0.113.7' },
  }),
  entry(7, { operation: 'change-role', reason: 'ben: administrator' }),
  entry(6, { operation: 'rotate-key', actor: 'kms:', reason: 'AAAAAAAAAAAAAAAAAAAAAA/6', address: '' }),
  entry(5, {
    ...{ operation: 'unknown-caller', actor: '', decision: 'refused', code: 'AUTHENTICATION_INVALID' },
    ...{ count: 1204, address: '203.0.113.9' },
  }),
  entry(4, { ...REPORT, operation: 'wrap', reason: 'seal' }),
  entry(3, { operation: 'login' }),
  entry(2, { operation: 'something-newer', reason: 'said by a newer key server' }),
  entry(1, { operation: 'confirm' }),
];

const PAGE = 6;

/** The audit log of a fake key server. */
export function fakeActivity({ world }: FakeParts) {
  return {
    'activity.list': ({ before = Number.POSITIVE_INFINITY, ...filter }) => {
      const fits = (one: ActivityEntry) =>
        one.seq < before &&
        (filter.actor === undefined || one.actor === filter.actor) &&
        (filter.operation === undefined || one.operation === filter.operation) &&
        (filter.file === undefined || one.file === filter.file) &&
        (filter.decision === undefined || one.decision === filter.decision) &&
        (filter.from === undefined || one.at >= filter.from) &&
        (filter.to === undefined || one.at < filter.to);
      const found = world.activity.filter(fits);
      const items = found.slice(0, PAGE);
      return { items, before: found.length > PAGE ? (items.at(-1)?.seq ?? null) : null };
    },
    'activity.verify': () => ({
      entries: world.activity.length,
      signed_up_to: world.activity.length,
      signed_at: '2026-11-22T08:10:00.000Z',
    }),
    'activity.export': () => ({
      id: 'export-1',
      name: 'sealkeep-activity-2026-11-22T08-10-00.jsonl',
      folder: world.state.settings.output_folder,
      entries: world.activity.length,
    }),
  } satisfies Partial<Handlers>;
}
