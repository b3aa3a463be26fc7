import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom, type Random } from '../../e2e/torture/random.ts';
import { check } from './check.ts';
import { type Clock, createClock } from './installation.ts';
import { type Known, prepare } from './prepare.ts';
import { killRootKeyChange } from './root-key-change.ts';
import { KEY_STAGES, type KeyStage, STAGES, type Stage } from './stages.ts';

const VICTIM = path.join(import.meta.dirname, 'victim.ts');
/** The others are kills of what the KMS does with its keys. */
const ROOT_KEY_CHANGES = 0.25;
/** A KMS is killed at the latest so many stages after it began to work, and so many milliseconds into the last. */
const STEPS = 6;

export interface TortureOptions {
  readonly runs: number;
  readonly seed: number;
  /** Wrapped keys that hang on the KEK. */
  readonly keys: number;
}

export interface TortureSummary {
  /** Kills by what the KMS was doing. */
  readonly kills: Readonly<Record<Stage, number>>;
  /** Versions by status, after the last kill. */
  readonly versions: Readonly<Record<string, number>>;
}

/**
 * Kills a KMS at random moments of rotation, rewrapping, retirement, destruction and change of its root key, so many
 * times, and looks after each whether anything was lost.
 * @param tell what each round found.
 * @throws Error that names the round and what is lost; the installation is left for whoever looks into it.
 */
export async function torture(
  { runs, seed, keys }: TortureOptions,
  tell: (line: string) => void = () => undefined,
): Promise<TortureSummary> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-torture-'));
  const clock = createClock(Date.parse('2026-11-22T10:00:00Z'));
  let known = await prepare(folder, keys, clock);
  const random = createRandom(seed);
  const kills = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
  let versions: Record<string, number> = {};
  // A stage lasts about as long as it takes to carry everything over.
  const lastStepMs = 50 + keys / 5;
  for (let run = 1; run <= runs; run += 1) {
    let stage: Stage;
    try {
      if (random.chance(ROOT_KEY_CHANGES)) {
        known = await killRootKeyChange(known, run, random.below(lastStepMs));
        stage = 'changing the root key';
      } else stage = await liveAndDie(known, clock, random, lastStepMs);
      kills[stage] += 1;
      versions = await check(known, clock);
      tell(`${run}: killed while ${stage}; ${JSON.stringify(versions)}`);
    } catch (cause) {
      throw new Error(`run ${run} of seed ${seed} in ${folder}`, { cause });
    }
  }
  await rm(folder, { recursive: true });
  return { kills, versions };
}

/** @returns what the KMS was doing. */
async function liveAndDie(known: Known, clock: Clock, random: Random, lastStepMs: number): Promise<KeyStage> {
  const args = [VICTIM, JSON.stringify(known.installation), String(clock.now().getTime())];
  const victim = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(victim, 'exit');
  let [stage, steps]: [KeyStage | undefined, number] = [undefined, 1 + random.below(STEPS)];
  for await (const line of createInterface({ input: victim.stdout })) {
    const [, ms] = /^clock (\d+)$/.exec(line) ?? [];
    if (ms !== undefined) clock.advance((Number(ms) - clock.now().getTime()) / 1000);
    const entered = KEY_STAGES.find((one) => one === line);
    if (entered === undefined) continue;
    stage = entered;
    steps -= 1;
    if (steps === 0) void delay(random.below(lastStepMs)).then(() => victim.kill('SIGKILL'));
  }
  const [code] = await ended;
  if (code !== null || stage === undefined) throw new Error(`the KMS ended by itself, with ${code}`);
  return stage;
}
