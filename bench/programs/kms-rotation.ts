import { createKmsClient } from '../../agent/servers/kms-client.ts';
import { keyListReply } from '../../shared/api/kms/keys.ts';
import { askKeys, createClock, logIn, startInstallation } from '../../test/torture-kms/installation.ts';
import { prepare } from '../../test/torture-kms/prepare.ts';
import type { RotationAnswer } from '../kms/rotation.ts';

/**
 * KMS and cloud in a process of their own, with KEYS wrapped keys on one KEK: `node kms-rotation.ts FOLDER KEYS`. Says
 * where they are and what to unwrap; then rotates when it is told to, and says when everything was rewrapped.
 */
const [, , folder = '', keys = ''] = process.argv;
const clock = createClock(Date.now());
const { installation, deks } = await prepare(folder, Number(keys), clock);
const started = await startInstallation(installation, clock);
await logIn(started, installation, clock);
const [[resource = '', known] = []] = deks;
const { cloud, login } = started.agent.jobs;
const { access_token: authentication, cloud_token } = await login.tokens();

function say(answer: RotationAnswer): void {
  process.send?.(answer);
}

async function rotate(): Promise<void> {
  const [first] = keyListReply.parse(await askKeys(started, 'GET', '/keys'));
  const startedAt = performance.now();
  await askKeys(started, 'POST', '/keys/rotate', { keyId: first?.keyId });
  await started.kms.upkeep.run();
  const [after] = keyListReply.parse(await askKeys(started, 'GET', '/keys'));
  const rewrapped = after?.versions.find(({ status }) => status === 'active')?.needed ?? 0;
  say({ kind: 'rotated', ms: performance.now() - startedAt, rewrapped });
}

process.on('message', () => void rotate());
process.on('disconnect', () => process.exit());
say({
  kind: 'ready',
  address: createKmsClient(started.agent.jobs.kms.peer).peer.address,
  body: JSON.stringify({
    authentication,
    authorization: await cloud.authorizeOne(cloud_token, resource, 'reader'),
    wrapped_key: known?.wrappedKey,
  }),
});
