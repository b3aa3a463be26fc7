import { createAtRest } from '../../core/crypto/at-rest.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { createAuthorizationSigner } from '../../server/cloud/authorization-token.ts';
import type { CloudSchema } from '../../server/cloud/stores/schema.ts';
import { loadAuthorizationKey } from '../../server/cloud/stores/signing-key-store.ts';
import type { TestWorld } from './test-world.ts';

/** Whoever runs the cloud: signs authorization tokens for anyone over anything, by the cloud's own key. */
export async function takeCloudKey({ cloud, now }: TestWorld) {
  const database = openSqlite<CloudSchema>(cloud.config.databaseFile);
  try {
    const key = await loadAuthorizationKey(database, createAtRest(cloud.rootKey));
    return createAuthorizationSigner({ key, config: cloud.config, now });
  } finally {
    await database.destroy();
  }
}
