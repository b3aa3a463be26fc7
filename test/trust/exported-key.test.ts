import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { exportKey } from '../../agent/jobs/export-key.ts';
import { followRewrapping } from '../../agent/keys/follow-rewrapping.ts';
import { ownKek } from '../../agent/keys/own-version.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import { readEnc } from '../independent-reader/read-enc.ts';
import { totpCode, wrongTotpCode } from '../kms/start-test-kms.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
let ben: WorldPerson;
let pair: { enc: string; key: string };
beforeAll(async () => {
  world = await startTestWorld();
  [alice, ben] = await Promise.all([world.person('alice'), world.person('ben')]);
  pair = await alice.sealed('plan.txt', 'what was sealed');
});
afterAll(() => world.close());
/** Nobody has used the codes of then. */
beforeEach(() => world.advance(600));

const code = ({ otpUri }: WorldPerson) => totpCode(otpUri, world.now());

async function exported(person: WorldPerson, source: string, given: string): Promise<Buffer> {
  const dek = await exportKey(person.agent.jobs, { source, askCode: async () => given });
  const bytes = dek.use((lent) => Buffer.from(lent));
  dek.destroy();
  return bytes;
}

test('an exported key opens its file without any server, and stands in the audit log', async () => {
  const dek = await exported(alice, pair.enc, code(alice));
  expect(readEnc(await readFile(pair.enc), dek).plaintext.toString()).toBe('what was sealed');
  const database = openSqlite<KmsSchema>(world.kms.config.databaseFile);
  const last = await database.selectFrom('audit').selectAll().orderBy('seq', 'desc').executeTakeFirst();
  await database.destroy();
  expect(last).toMatchObject({
    actor: 'alice',
    operation: 'export-key',
    reason: 'export',
    decision: 'allowed',
  });
  expect(world.log()).not.toContain(dek.toString('base64'));
});

test('a code gives one key', async () => {
  const once = code(alice);
  await exported(alice, pair.enc, once);
  await expect(exported(alice, pair.enc, once)).rejects.toMatchObject({ code: 'CODE_REFUSED' });
  const wrong = wrongTotpCode(alice.otpUri, world.now());
  await expect(exported(alice, pair.enc, wrong)).rejects.toMatchObject({
    ...{ code: 'CODE_REFUSED', details: { file: pair.enc } },
  });
});

test('a .key that is missing, or hangs on a revoked version, gives way to the registry’s copy', async () => {
  const old = await alice.sealed('old.txt', 'sealed before');
  const { kms, login } = alice.agent.jobs;
  const { keyId } = await ownKek(alice.agent.jobs, undefined);
  const { access_token } = await login.tokens();
  await kms.disableVersion(access_token, { keyId, version: 1, code: code(alice) });
  const { signal } = new AbortController();
  await followRewrapping(alice.agent.jobs, { keyId, signal, onLeft: () => undefined });
  world.advance(60);
  const dek = await exported(alice, old.enc, code(alice));
  expect(readEnc(await readFile(old.enc), dek).plaintext.toString()).toBe('sealed before');
  await rm(old.key);
  world.advance(60);
  expect(await exported(alice, old.enc, code(alice))).toEqual(dek);
});

test('nobody gets the key of somebody else’s file', async () => {
  await expect(exported(ben, pair.enc, code(ben))).rejects.toMatchObject({
    code: expect.stringMatching(/CLOUD_NOT_FOUND|GRANT_MISSING/),
  });
});

test('no code is asked for where there is no file to use it on', async () => {
  const askCode = () => Promise.reject(new Error('asked'));
  const source = `${pair.enc}.gone`;
  await expect(exportKey(alice.agent.jobs, { source, askCode })).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
  });
});
