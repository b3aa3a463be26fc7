import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { chainEntry, NO_ENTRIES } from '../../../../core/audit/chain.ts';
import { entryText } from '../../audit/audit-rows.ts';
import type { KmsSchema } from '../schema.ts';

const AT_ONCE = 1000;

/** Chains the audit log, what stands in it already included, and makes room for checkpoints over it. */
export const auditChain: Migration = {
  async up(untyped: Kysely<unknown>) {
    const database = untyped as Kysely<KmsSchema>;
    for (const statement of [
      sql`DROP TRIGGER audit_no_update`,
      sql`DROP TRIGGER audit_no_delete`,
      sql`ALTER TABLE audit ADD COLUMN count integer`,
      sql`ALTER TABLE audit ADD COLUMN salt blob NOT NULL DEFAULT x''`,
      sql`ALTER TABLE audit ADD COLUMN inner blob NOT NULL DEFAULT x''`,
      sql`ALTER TABLE audit ADD COLUMN link blob NOT NULL DEFAULT x''`,
      sql`CREATE TABLE audit_checkpoints (
        seq integer PRIMARY KEY,
        at integer NOT NULL,
        jws text NOT NULL
      ) STRICT`,
    ]) {
      await statement.execute(database);
    }
    await chainAll(database);
    for (const table of ['audit', 'audit_checkpoints']) {
      await forbid(database, 'UPDATE', table);
      await forbid(database, 'DELETE', table);
    }
  },
};

async function chainAll(database: Kysely<KmsSchema>): Promise<void> {
  let { seq: last, link: head } = NO_ENTRIES;
  for (;;) {
    const rows = await database
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(AT_ONCE)
      .execute();
    for (const row of rows) {
      const chained = chainEntry(head, entryText(row));
      await database.updateTable('audit').set(chained).where('seq', '=', row.seq).execute();
      ({ link: head } = chained);
      last = row.seq;
    }
    if (rows.length < AT_ONCE) return;
  }
}

async function forbid(database: Kysely<KmsSchema>, act: 'UPDATE' | 'DELETE', table: string): Promise<void> {
  const name = `${table}_no_${act.toLowerCase()}`;
  await sql
    .raw(
      `CREATE TRIGGER ${name} BEFORE ${act} ON ${table} BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
    )
    .execute(database);
}
