import { Secret } from '../../core/crypto/secret.ts';
import { createKms } from '../../server/kms/create-kms.ts';
import { listen } from '../../server/platform/http/listen.ts';
import { fixedKeySource } from '../../server/platform/issuers/key-source.ts';
import { createLogger } from '../../server/platform/logging.ts';
import { NO_CLOUD, testConfig } from '../../test/kms/start-test-kms.ts';
import type { KmsAnswer, KmsOrder } from '../kms/orders.ts';
import { createWatch } from '../support/watch.ts';

/**
 * A KMS in a process of its own, at full password cost, over a database in FOLDER: `node kms-server.ts FOLDER`. Whoever
 * started it gives the cloud's keys, moves its clock, and asks what its calls cost.
 */

const NOTHING = { address: '', heldMs: 0, cpuUs: 0 };
const watch = createWatch();
let aheadMs = 0;

async function start(cloudKeys: Extract<KmsOrder, { kind: 'start' }>['cloudKeys']): Promise<string> {
  const [, , folder = ''] = process.argv;
  const kms = await createKms({
    // Calls are counted as everywhere, and never too many.
    config: { ...testConfig(folder), callsPerMinute: Number.MAX_SAFE_INTEGER / 2 },
    rootKey: Secret.random(32),
    cloudKeys: fixedKeySource(cloudKeys),
    cloud: NO_CLOUD,
    now: () => new Date(Date.now() + aheadMs),
    logger: createLogger('kms', 'warn', process.stderr),
    version: '0.0.0',
  });
  const { port } = await listen(kms.app, { host: '127.0.0.1', port: 0, settings: 'KMS' });
  return `http://127.0.0.1:${port}`;
}

async function obey(order: KmsOrder): Promise<KmsAnswer> {
  switch (order.kind) {
    case 'start':
      return { ...NOTHING, address: await start(order.cloudKeys) };
    case 'advance':
      aheadMs += order.ms;
      return NOTHING;
    case 'watch':
      watch.start();
      return NOTHING;
    case 'watched':
      return { ...NOTHING, ...watch.stop() };
  }
}

process.on('message', (order: KmsOrder) => void obey(order).then((answer) => process.send?.(answer)));
process.on('disconnect', () => process.exit());
