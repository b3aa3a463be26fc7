import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Secret } from '../../core/crypto/secret.ts';
import { createKms } from '../../server/kms/create-kms.ts';
import { listen } from '../../server/platform/http/listen.ts';
import { fixedKeySource } from '../../server/platform/issuers/key-source.ts';
import { createLogger } from '../../server/platform/logging.ts';
import { NO_CLOUD, testConfig } from '../../test/kms/start-test-kms.ts';
import type { KmsAnswer, KmsOrder } from '../kms/orders.ts';

/**
 * A KMS in a process of its own, at full password cost, over a database in FOLDER: `node kms-server.ts FOLDER`. Whoever
 * started it gives the cloud's keys, moves its clock, and asks how long its event loop was held.
 */

const EVERY_MS = 1;
const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
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
      return { address: await start(order.cloudKeys), heldMs: 0 };
    case 'advance':
      aheadMs += order.ms;
      return { address: '', heldMs: 0 };
    case 'watch':
      delay.reset();
      delay.enable();
      return { address: '', heldMs: 0 };
    case 'held':
      delay.disable();
      return { address: '', heldMs: Math.max(0, delay.max / 1e6 - EVERY_MS) };
  }
}

process.on('message', (order: KmsOrder) => void obey(order).then((answer) => process.send?.(answer)));
process.on('disconnect', () => process.exit());
