import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../identity/person.ts';
import { kekPlace } from '../keyring/kek-versions.ts';
import { callsOf, DEK } from './testing/calls-of.ts';
import { startKeyService, type TestKeyService } from './testing/start-key-service.ts';

let kms: TestKeyService;
let calls: ReturnType<typeof callsOf>;
let ann: Person;

beforeAll(async () => {
  kms = await startKeyService();
  calls = callsOf(kms);
  ann = await kms.addPerson('ann');
});
afterAll(() => kms.close());

describe('at rest', () => {
  it('opens files again after a restart, and holds no key in clear', async () => {
    const before = await startKeyService();
    const cleo = await before.addPerson('cleo');
    const resource_name = before.newResource(cleo);
    const tokens = async (service: TestKeyService) => ({
      authentication: await service.authenticationOf(cleo),
      authorization: await service.authorizationOf(cleo, { resource_name }),
    });
    const { wrapped_key } = (await before.call('POST', '/wrap', { ...(await tokens(before)), key: DEK }))
      .body;

    const kekRow = await before.database.selectFrom('kek_versions').selectAll().executeTakeFirstOrThrow();
    const resourceRow = await before.database.selectFrom('resources').selectAll().executeTakeFirstOrThrow();
    const canaries = [
      Buffer.from(DEK, 'base64'),
      before.installation.rootKey,
      before.atRest
        .open(kekPlace(kekRow.kek_id, kekRow.version), kekRow.secret)
        .use((bytes) => Buffer.from(bytes)),
      before.atRest
        .open({ table: 'resources', column: 'secret', row: `sealkeep/${resource_name}` }, resourceRow.secret)
        .use((bytes) => Buffer.from(bytes)),
    ];
    const { folder } = before.installation;
    const files = (await readdir(folder)).filter((name) => name.startsWith('kms.sqlite'));
    expect(files).toContain('kms.sqlite-wal');
    const stored = Buffer.concat(await Promise.all(files.map((name) => readFile(path.join(folder, name)))));
    expect(stored.includes(resource_name)).toBe(true);
    const places = [stored, Buffer.from(before.logLines.join('\n'))];
    for (const canary of canaries) {
      const forms = [canary, canary.toString('hex'), canary.toString('base64'), canary.toString('base64url')];
      for (const form of forms) expect(places.some((place) => place.includes(form))).toBe(false);
    }
    await before.stop();

    const after = await startKeyService({ installation: before.installation });
    const reply = await after.call('POST', '/unwrap', { ...(await tokens(after)), wrapped_key });
    expect(reply.body).toEqual({ key: DEK });
    await after.close();
  });

  it('destroying a resource row makes every wrapped key of it worthless', async () => {
    const resource = kms.newResource(ann);
    const { wrapped } = await calls.wrap(ann, resource);
    await kms.database.deleteFrom('resources').where('name', '=', resource).execute();
    expect((await calls.unwrap(ann, resource, wrapped)).code).toBe('WRAPPED_KEY_INVALID');
    await calls.wrap(ann, resource);
    expect((await calls.unwrap(ann, resource, wrapped)).code).toBe('WRAPPED_KEY_INVALID');
  });

  it('keeps an audit log that nothing rewrites', async () => {
    const resource = kms.newResource(ann);
    await calls.wrap(ann, resource, { reason: 'why\n<b>' });
    const [entry] = (await kms.audit()).slice(-1);
    expect(entry).toMatchObject({
      actor: 'ann',
      operation: 'wrap',
      resource_name: resource,
      reason: 'why\n<b>',
      decision: 'allowed',
      address: '127.0.0.1',
    });
    await expect(sql`UPDATE audit SET actor = 'eve'`.execute(kms.database)).rejects.toThrow('append-only');
    await expect(sql`DELETE FROM audit`.execute(kms.database)).rejects.toThrow('append-only');
  });

  it('wraps nothing that it cannot record', async () => {
    const resource = kms.newResource(ann);
    await sql`CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END`.execute(
      kms.database,
    );
    const refused = await calls.wrap(ann, resource);
    await sql`DROP TRIGGER full`.execute(kms.database);
    expect(refused.status).toBe(500);
    expect(refused.body).not.toHaveProperty('wrapped_key');
    const rows = await kms.database
      .selectFrom('resources')
      .selectAll()
      .where('name', '=', resource)
      .execute();
    expect(rows).toEqual([]);
  });
});
