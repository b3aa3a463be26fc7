import type { Compilable, CompiledQuery, Kysely } from 'kysely';

/** Stands in a query for a value that comes when it runs: `value((values) => values.id)`. */
export type ValueOf<Values> = <T>(read: (values: Values) => T) => T;

class Place<Values> {
  readonly read: (values: Values) => unknown;

  constructor(read: (values: Values) => unknown) {
    this.read = read;
  }
}

/**
 * A query of the calls that come all the time, built and compiled once: that takes Kysely longer than the answer takes
 * SQLite (docs/decisions/0030-speed-of-the-key-service.md). All else is built where it is run.
 * @param build makes the query with places for its values; what else it depends on must never change.
 */
export function prepared<Schema, Values, Row>(
  build: (database: Kysely<Schema>, value: ValueOf<Values>) => Compilable<Row>,
): (database: Kysely<Schema>, values: Values) => Promise<Row[]> {
  const run = compiledOnce<Schema, Values, Row>((database) => build(database, placeOf));
  return (database, values) => run(database, values, 0);
}

/** What is compiled is kept for good, so that lengths must be few. */
const MOST_ITEMS = 100;

/**
 * The same of a query over a list of at most 100 items, compiled once for each length.
 * @param build gets one `ValueOf` for each item, and one for what there is beside them.
 */
export function preparedList<Schema, Item, Row, Shared = void>(
  build: (
    database: Kysely<Schema>,
    items: readonly ValueOf<Item>[],
    shared: ValueOf<Shared>,
  ) => Compilable<Row>,
): (database: Kysely<Schema>, items: readonly Item[], shared: Shared) => Promise<Row[]> {
  type Values = { readonly items: readonly Item[]; readonly shared: Shared };
  const run = compiledOnce<Schema, Values, Row>((database, length) =>
    build(
      database,
      Array.from(
        { length },
        (_, index) => (read) => placeOf(({ items }: Values) => read(items[index] as Item)),
      ),
      (read) => placeOf(({ shared }: Values) => read(shared)),
    ),
  );
  return async (database, items, shared) => {
    if (items.length > MOST_ITEMS) throw new TypeError(`${items.length} items at once`);
    return items.length === 0 ? [] : run(database, { items, shared }, items.length);
  };
}

function compiledOnce<Schema, Values, Row>(
  build: (database: Kysely<Schema>, length: number) => Compilable<Row>,
): (database: Kysely<Schema>, values: Values, length: number) => Promise<Row[]> {
  // By dialect, which a database and its transactions have in common.
  const known = new WeakMap<object, Map<number, CompiledQuery<Row>>>();
  return async (database, values, length) => {
    const { adapter } = database.getExecutor();
    const byLength = known.get(adapter) ?? new Map<number, CompiledQuery<Row>>();
    known.set(adapter, byLength);
    const query = byLength.get(length) ?? build(database, length).compile();
    byLength.set(length, query);
    const parameters = query.parameters.map((one) => (one instanceof Place ? one.read(values) : one));
    return (await database.executeQuery<Row>({ ...query, parameters })).rows;
  };
}

/** Kysely hands values on as they are, so a place may be typed as the value that takes it. */
function placeOf<Values, T>(read: (values: Values) => T): T {
  return new Place(read) as T;
}

/** For lists of values that stand in the query as they are: `value(itself)`. */
export function itself<T>(value: T): T {
  return value;
}
