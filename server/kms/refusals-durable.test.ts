import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { enrol, startTestKms, type TestKms, type TestPerson } from '../../test/kms/start-test-kms.ts';
import type { KmsSchema } from './store/schema.ts';

/** A refusal is answered once it stands in the audit log: where the log takes nothing, nobody gets one. */
let kms: TestKms;
let ann: TestPerson;

beforeAll(async () => {
  kms = await startTestKms();
  ann = await enrol(kms, 'ann');
});
afterAll(() => kms.close());

async function run(statement: string): Promise<void> {
  const database = openSqlite<KmsSchema>(kms.config.databaseFile);
  await sql.raw(statement).execute(database);
  await database.destroy();
}

const REFUSED: Readonly<Record<string, readonly [code: string, ask: () => ReturnType<TestKms['call']>]>> = {
  'a login': [
    'LOGIN_REFUSED',
    () => kms.post('/login', { user: 'ann', password: 'not the right one', code: '000000' }),
  ],
  'a call of the key service': [
    'AUTHORIZATION_INVALID',
    () =>
      kms.post('/wrap', {
        authentication: ann.confirmed.access_token,
        authorization: 'a.b.c',
        key: 'AAAA',
      }),
  ],
  "somebody else's escrow": [
    'ESCROW_NOT_OWN',
    () => kms.call('GET', '/get-public-key/ben', { bearer: ann.confirmed.access_token }),
  ],
};

describe('a refusal is durable before it is answered', () => {
  test.each(Object.entries(REFUSED))('%s', async (_name, [code, ask]) => {
    await run("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END");
    const unrecorded = await ask();
    await run('DROP TRIGGER full');
    expect(unrecorded.status).toBe(500);
    expect(unrecorded.text).not.toContain(code);
    expect((await ask()).text).toContain(code);
  });
});
