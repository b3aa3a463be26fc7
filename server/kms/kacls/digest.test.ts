import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MatrixWorld, startMatrixWorld } from '../../../test/kms/matrix-world.ts';
import { RESOURCE_KEY_HASHES } from '../../../test/vectors/resource-key-hash.ts';

let world: MatrixWorld;

beforeAll(async () => {
  world = await startMatrixWorld();
});
afterAll(() => world.close());

it.each(RESOURCE_KEY_HASHES)(
  'hashes vector %# of kacls.md §12 by what was wrapped',
  async (dek, name, perimeter, hash) => {
    const wrapped = await world.kms.call('POST', '/wrap', {
      authentication: await world.authentication(),
      authorization: await world.authorization('wrap', { resource_name: name, perimeter_id: perimeter }),
      key: dek.toString('base64'),
    });
    // The migration service's own token knows of no perimeter; the wrapped key does.
    const { reply, entries } = await world.call('digest', {
      authorization: await world.authorization('digest', { resource_name: name }),
      wrapped_key: wrapped.body['wrapped_key'],
    });
    expect(reply.body).toEqual({ resource_key_hash: hash });
    expect(entries).toMatchObject([{ actor: 'ann@x.org', resource_name: name, decision: 'allowed' }]);
  },
);

it('is the same for what was imported', async () => {
  const [[dek, resource_name, perimeter_id, hash] = []] = RESOURCE_KEY_HASHES;
  const imported = await world.call('privilegedwrap', {
    authentication: await world.authentication({ email: 'takeout@x.org' }),
    key: dek?.toString('base64'),
    perimeter_id,
    resource_name,
    reason: 'import',
  });
  const { reply } = await world.call('digest', {
    authorization: await world.authorization('digest', { resource_name }),
    wrapped_key: imported.reply.body['wrapped_key'],
  });
  expect(reply.body).toEqual({ resource_key_hash: hash });
});
