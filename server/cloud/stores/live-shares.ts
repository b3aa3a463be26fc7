import { expressionBuilder } from 'kysely';
import type { Caller } from '../caller.ts';
import type { CloudSchema } from './schema.ts';

/** The shares that hold at `now`: a share ends at the very time it names. */
export function liveShares(now: Date) {
  return expressionBuilder<CloudSchema, never>()
    .selectFrom('shares')
    .selectAll('shares')
    .where((where) => where.or([where('until', 'is', null), where('until', '>', now.toISOString())]))
    .as('live');
}

/** Those of them with one person, at most one for a resource. */
export function sharesWith(person: Caller, now: Date) {
  return expressionBuilder<CloudSchema, never>()
    .selectFrom(liveShares(now))
    .selectAll('live')
    .where('with_name', '=', person.name)
    .as('live');
}
