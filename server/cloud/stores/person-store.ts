import type { Caller } from '../caller.ts';
import type { CloudDatabase } from './schema.ts';

export interface PersonStore {
  /**
   * Remembers what a cloud token said of its bearer, so that lists can show names.
   * @returns false where another person has that name: the KMS never gives one again, so both can't be right.
   */
  remember(person: Caller): Promise<boolean>;
}

export function createPersonStore(database: CloudDatabase): PersonStore {
  return {
    async remember({ id, name }) {
      const known = await database
        .selectFrom('people')
        .select(['id', 'name'])
        .where((where) => where.or([where('id', '=', id), where('name', '=', name)]))
        .execute();
      if (known.some((person) => person.id !== id)) return false;
      if (known.some((person) => person.name === name)) return true;
      await database
        .insertInto('people')
        .values({ id, name })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ name }))
        .execute();
      return true;
    },
  };
}
