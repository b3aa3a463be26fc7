import type { MetricsGauge } from '../../platform/metrics/metrics.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { headOf } from './audit-log.ts';

/** How far signing is behind: a checkpoint comes within a minute of an entry, or not at all. */
export function auditFigures(database: KmsDatabase, now: () => Date): MetricsGauge[] {
  const newest = () =>
    database
      .selectFrom('audit_checkpoints')
      .select(['seq', 'at'])
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
  return [
    {
      name: 'sealkeep_audit_entries',
      help: 'Entries of the audit log.',
      read: async () => (await headOf(database)).seq,
    },
    {
      name: 'sealkeep_audit_unsigned_entries',
      help: 'Entries after the newest checkpoint.',
      read: async () => (await headOf(database)).seq - ((await newest())?.seq ?? 0),
    },
    {
      name: 'sealkeep_audit_checkpoint_age_seconds',
      help: 'Since the newest checkpoint was signed; not a number where there is none.',
      async read() {
        const checkpoint = await newest();
        return checkpoint ? (now().getTime() - checkpoint.at) / 1000 : Number.NaN;
      },
    },
  ];
}
