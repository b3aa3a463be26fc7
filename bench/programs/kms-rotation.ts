import { createKmsClient } from '../../agent/servers/kms-client.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { keyListReply } from '../../shared/api/kms/keys.ts';
import { askKeys, createClock, logIn, startInstallation } from '../../test/torture-kms/installation.ts';
import { prepare } from '../../test/torture-kms/prepare.ts';
import type { RotationAnswer, RotationOrder } from '../kms/rotation.ts';

/**
 * KMS and cloud in a process of their own, with KEYS wrapped keys on one KEK: `node kms-rotation.ts FOLDER KEYS`. Says
 * where they are and what to send; then rotates when it is told to, says when everything was rewrapped, and counts.
 */
const [, , folder = '', keys = ''] = process.argv;
const clock = createClock(Date.now());
const { installation, deks } = await prepare(folder, Number(keys), clock);
const started = await startInstallation(installation, clock);
await logIn(started, installation, clock);
const [[resource = '', known] = [], [another = ''] = []] = deks;
const { cloud, login } = started.agent.jobs;
const { access_token: authentication, cloud_token } = await login.tokens();

function say(answer: RotationAnswer): void {
  process.send?.(answer);
}

const keks = async () => keyListReply.parse(await askKeys(started, 'GET', '/keys'));

async function rotate(): Promise<void> {
  const [first] = await keks();
  const startedAt = performance.now();
  await askKeys(started, 'POST', '/keys/rotate', { keyId: first?.keyId });
  await started.kms.upkeep.run();
  say({ kind: 'rotated', ms: performance.now() - startedAt });
}

async function count(): Promise<void> {
  const [first] = await keks();
  const left = first?.versions.find(({ version }) => version === 1)?.needed;
  if (left === undefined) throw new Error('the first version is not listed');
  say({ kind: 'counted', left });
}

process.on('message', (order: RotationOrder) => void (order === 'rotate' ? rotate() : count()));
process.on('disconnect', () => process.exit());
const reason = 'bench';
say({
  kind: 'ready',
  address: createKmsClient(started.agent.jobs.kms.peer).peer.address,
  bodies: {
    wrap: JSON.stringify({
      authentication,
      authorization: await cloud.authorizeOne(cloud_token, another, 'writer'),
      reason,
      key: Secret.random(32).use((bytes) => bytes.toString('base64')),
    }),
    unwrap: JSON.stringify({
      authentication,
      authorization: await cloud.authorizeOne(cloud_token, resource, 'reader'),
      reason,
      wrapped_key: known?.wrappedKey,
    }),
  },
});
