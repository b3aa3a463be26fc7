import type { Person } from '../../identity/person.ts';
import type { TestKeyService } from './start-key-service.ts';

interface TestGrant {
  readonly resource: string;
  readonly from: Person;
  readonly to: Person;
  readonly role?: 'reader' | 'writer';
}

/** Puts a grant into its table. @returns takes it out again. */
export async function grant(
  { database, clock }: Pick<TestKeyService, 'database' | 'clock'>,
  { resource, from, to, role = 'reader' }: TestGrant,
): Promise<() => Promise<unknown>> {
  const id = `grant-${to.id}`;
  const row = { id, resource_name: resource, owner_id: from.id, user_id: to.id, role, until: null };
  await database
    .insertInto('grants')
    .values({ ...row, created_at: clock.now.getTime() })
    .execute();
  return () => database.deleteFrom('grants').where('id', '=', id).execute();
}
