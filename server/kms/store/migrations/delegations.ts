import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The audit log also says to whom was delegated (kacls.md R-LOG). */
export const delegations: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema.alterTable('audit').addColumn('delegated_to', 'text').execute();
  },
};
