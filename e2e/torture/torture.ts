import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Agent, connectAgent } from '../../agent/agent.ts';
import { createProfileStore } from '../../agent/profile/profiles.ts';
import { createDevice, login, type Person, register, serverOptions } from '../support/person.ts';
import type { Running } from '../support/process.ts';
import { startServers } from '../support/servers.ts';
import type { Workspace } from '../support/workspace.ts';
import { writeAlbums } from './albums.ts';
import { type Places, STAGES, type Stage } from './places.ts';
import { createRandom, type Random } from './random.ts';
import { writeTree } from './tree.ts';
import { type Found, type Known, putBack, temporariesIn, verify } from './verify.ts';

const AGENT = path.join(import.meta.dirname, 'agent.ts');
/** An agent is killed in one of the first steps of its work, at the latest so many milliseconds after that began. */
const STEPS = 8;
const LAST_STEP_MS = 400;
/** Some of what is there stays for the next agent, so that names are taken. */
const PUT_BACK = 0.7;

export interface TortureSummary {
  readonly seed: number;
  /** Kills by what the agent was doing. */
  readonly kills: ReadonlyMap<Stage, number>;
  /** What was found after all of the kills. */
  readonly found: Found;
  /** Temporary files that were there after a kill and gone after the next start. */
  readonly removed: number;
}

/**
 * Kills an agent at random moments of its work, so many times, and looks after each whether anything was lost.
 * @param tell what each round found.
 * @throws Error that names the round and what is lost.
 */
export async function torture(
  workspace: Workspace,
  { runs, seed }: { readonly runs: number; readonly seed: number },
  tell: (line: string) => void = () => undefined,
): Promise<TortureSummary> {
  const known = await prepare(workspace);
  const random = createRandom(seed);
  const kills = new Map<Stage, number>(STAGES.map((stage) => [stage, 0]));
  const found = {
    ...{ temporaries: 0, pairs: 0, opened: 0, trashed: 0, announced: 0 },
    ...{ sealedFolders: 0, openedFolders: 0, trashedFolders: 0 },
  };
  let removed = 0;
  const start = () => {
    const args = [AGENT, String(random.below(2 ** 32)), JSON.stringify(known.places)];
    return workspace.spawn(process.execPath, args);
  };
  let next = start();
  try {
    for (let run = 1; run <= runs; run += 1) {
      try {
        const left = await temporariesIn(known.places);
        const agent = next;
        // It loads while this one works.
        next = start();
        const stage = await liveAndDie(agent, known.places, random);
        removed += left.length;
        kills.set(stage, (kills.get(stage) ?? 0) + 1);
        const now = await verify(known);
        for (const what of Object.keys(found) as (keyof Found)[]) found[what] += now[what];
        tell(`${run}: killed while ${stage}; ${JSON.stringify(now)}`);
      } catch (cause) {
        throw new Error(`run ${run} of seed ${seed} in ${workspace.folder}`, { cause });
      }
      if (random.chance(PUT_BACK)) await putBack(known);
    }
  } finally {
    await known.reader.close();
  }
  return { seed, kills, found, removed };
}

/** Looks whether an agent removed what the one before left, lets it work and kills it. @returns what it was doing. */
async function liveAndDie(agent: Running, places: Places, random: Random): Promise<Stage> {
  agent.type('connect');
  await agent.says(/started/);
  const left = await temporariesIn(places);
  if (left.length > 0) throw new Error(`still there after the next start: ${left.join(', ')}`);
  agent.type('go');
  const steps = 1 + random.below(STEPS);
  await agent.says(new RegExp(`(?:(?:${STAGES.join('|')})\\n){${steps}}`));
  await delay(random.below(LAST_STEP_MS));
  agent.signal('SIGKILL');
  const { exitCode, stdout, stderr } = await agent.ended;
  if (exitCode !== null) throw new Error(`the agent ended by itself: ${stderr}`);
  const last = stdout.trim().split('\n').at(-1);
  return STAGES.find((stage) => stage === last) ?? 'sealing';
}

/** Servers, a person with two logins, a tree and folders, and what is sealed of both. */
async function prepare(workspace: Workspace): Promise<Known> {
  const servers = await startServers(workspace);
  const person = await register(createDevice(workspace, 'ann'), 'ann', serverOptions(servers));
  const places = {
    home: person.device.home,
    tree: await workspace.makeFolder('tree'),
    pairs: await workspace.makeFolder('pairs'),
    sealed: await workspace.makeFolder('sealed'),
    opened: await workspace.makeFolder('opened'),
    albums: await workspace.makeFolder('albums'),
    sealedAlbums: await workspace.makeFolder('sealed albums'),
    openedAlbums: await workspace.makeFolder('opened albums'),
    data: await workspace.makeFolder('data'),
  };
  for (const name of ['files', 'info'])
    await mkdir(path.join(places.data, 'Trash', name), { recursive: true });
  const hashes = await writeTree(places.tree);
  await person.device.files(['encrypt', '--out', places.sealed, ...hashes.keys()]);
  const albums = await writeAlbums(places.albums, places.sealed);
  await person.device.files(['encrypt', '--out', places.sealedAlbums, ...albums.keys()]);
  await mkdir(path.join(places.home, 'runs'), { recursive: true });
  const reader = await connectReader(workspace, person, serverOptions(servers));
  return { places, hashes, albums, reader, scratch: workspace.path('scratch') };
}

async function connectReader(
  workspace: Workspace,
  person: Person,
  options: readonly string[],
): Promise<Agent> {
  const device = createDevice(workspace, 'reader');
  const { exitCode, stderr } = await login(device, 'ann', await person.authenticator.code(), options);
  if (exitCode !== 0) throw new Error(`the reader cannot log in: ${stderr}`);
  const { id, servers } = await createProfileStore(device.home).current();
  if (!servers) throw new Error('the reader knows no servers');
  return connectAgent({
    dataFolder: device.home,
    kind: 'own',
    profileId: id,
    addresses: { kms: servers.kms.address, cloud: servers.cloud.address },
    known: servers,
    segmentWorkerUrl: new URL('../../agent/engine/segment-worker.ts', import.meta.url),
    now: () => new Date(),
  });
}
