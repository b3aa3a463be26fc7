import { keyListReply } from '../../shared/api/kms/keys.ts';
import {
  askKeys,
  type Clock,
  createClock,
  freshCode,
  type Installation,
  logIn,
  type Started,
  startInstallation,
} from './installation.ts';
import type { KeyStage } from './stages.ts';

/**
 * The KMS that is killed: it rotates, rewraps, retires and destroys, whatever comes, until then. It says each stage
 * before it begins it, and each time of its clock before anything sees it.
 */

const DAY_SECONDS = 86_400;
const GRACE_DAYS = 7;

interface Worked {
  readonly started: Started;
  readonly installation: Installation;
  readonly clock: Clock;
}

function say(line: KeyStage | `clock ${number}`): void {
  process.stdout.write(`${line}\n`);
}

async function wait(worked: Worked, days: number): Promise<void> {
  worked.clock.advance(days * DAY_SECONDS);
  await logIn(worked.started, worked.installation, worked.clock);
}

async function versions({ started }: Worked) {
  const [first] = keyListReply.parse(await askKeys(started, 'GET', '/keys'));
  if (!first) throw new Error('no key');
  return first;
}

async function work(worked: Worked): Promise<void> {
  const { started, installation, clock } = worked;
  const { keyId } = await versions(worked);
  say('rotating');
  await askKeys(started, 'POST', '/keys/rotate', { keyId });
  await started.kms.upkeep.run();
  say('retiring');
  await wait(worked, GRACE_DAYS);
  await started.kms.upkeep.run();
  say('scheduling');
  for (const { version, status } of (await versions(worked)).versions) {
    if (status !== 'retired' && status !== 'disabled') continue;
    const code = freshCode(installation, clock);
    await askKeys(started, 'POST', '/keys/schedule-destruction', { keyId, version, days: 7, code });
  }
  say('destroying');
  await wait(worked, GRACE_DAYS);
  await started.kms.upkeep.run();
  say('revoking');
  const active = (await versions(worked)).versions.find(({ status }) => status === 'active');
  const code = freshCode(installation, clock);
  await askKeys(started, 'POST', '/keys/disable', { keyId, version: active?.version, code });
  await started.kms.upkeep.run();
}

const [, , text = '', clockMs = ''] = process.argv;
const installation = JSON.parse(text) as Installation;
const clock = createClock(Number(clockMs), (ms) => say(`clock ${ms}`));
const started = await startInstallation(installation, clock);
await logIn(started, installation, clock);
for (;;) await work({ started, installation, clock });
