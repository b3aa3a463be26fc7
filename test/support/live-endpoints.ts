import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret } from '../../core/crypto/secret.ts';
import { createCloud } from '../../server/cloud/create-cloud.ts';
import { createKms } from '../../server/kms/create-kms.ts';
import { fixedKeySource } from '../../server/platform/issuers/key-source.ts';
import { createLogger } from '../../server/platform/logging.ts';
import { testIdentityPair } from '../kms/identity-pair.ts';
import { CHEAP, NO_CLOUD } from '../kms/start-test-kms.ts';
import { mountedIn } from './mounted-in.ts';
import type { TestWorld } from './test-world.ts';

/** Every endpoint that KMS and cloud really mount, read from apps made as the running ones were. */
export async function liveEndpoints({ kms, cloud, now }: TestWorld) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-endpoints-'));
  const common = {
    rootKey: Secret.random(32),
    now,
    version: '0.0.0',
    logger: createLogger('none', 'silent', { write: () => undefined }),
  };
  const keys = fixedKeySource({ keys: [] });
  const kmsConfig = { ...kms.config, databaseFile: path.join(folder, 'kms.sqlite') };
  const cloudConfig = {
    ...cloud.config,
    databaseFile: path.join(folder, 'cloud.sqlite'),
    blobsFolder: path.join(folder, 'blobs'),
  };
  const kmsService = await createKms({
    ...common,
    config: kmsConfig,
    cloudKeys: keys,
    cloud: NO_CLOUD,
    passwordCost: CHEAP,
    makeIdentityPair: testIdentityPair,
  });
  const cloudService = await createCloud({ ...common, config: cloudConfig, kmsKeys: keys });
  const found = { kms: mountedIn(kmsService.app), cloud: mountedIn(cloudService.app) };
  await Promise.all([kmsService.close(), cloudService.close()]);
  await rm(folder, { recursive: true });
  return found;
}
