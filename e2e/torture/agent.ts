import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { connectAgent } from '../../agent/agent.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import type { JobParts } from '../../agent/jobs/parts.ts';
import type { FolderProof, Proof, ToProve } from '../../agent/jobs/proof.ts';
import { proveFiles } from '../../agent/jobs/prove-files.ts';
import { type FolderToProve, proveFolder } from '../../agent/jobs/prove-folder.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { trashProven } from '../../agent/jobs/trash-proven.ts';
import { createProfileStore } from '../../agent/profile/profiles.ts';
import { createSystemTrash } from '../../agent/trash/system-trash.ts';
import type { Trash } from '../../agent/trash/trash.ts';
import { SEALED_ENDING } from '../../shared/names/endings.ts';
import { ENC_ENDING, KEY_ENDING } from '../../shared/names/file-name.ts';
import { filesBelow, isTemporary, type Places, places, type Stage } from './places.ts';
import { createRandom, type Random } from './random.ts';

/**
 * The agent that is killed: it seals, opens and moves to the trash, whatever comes, until then. A first line has it
 * connect and clean up after the one before; it says `started` then, and works from a second line on.
 */

/** An original that is needed again is not moved: some of the tree has to be there to be sealed. */
const KEPT = 20;

interface Worked {
  readonly jobs: JobParts;
  readonly trash: Trash;
  readonly places: Places;
  readonly random: Random;
}

/** Nothing may fail here: nobody else touches the files. */
const report = {
  finished: () => undefined,
  progress: () => undefined,
  failed(file: string, error: Error) {
    throw new Error(`${file} failed`, { cause: error });
  },
};

function enter(stage: Stage): void {
  process.stdout.write(`${stage}\n`);
}

async function originals({ places }: Worked): Promise<string[]> {
  const files = await filesBelow(places.tree);
  return files.filter(
    (file) => !isTemporary(file) && !file.endsWith(ENC_ENDING) && !file.endsWith(KEY_ENDING),
  );
}

async function seal(worked: Worked, sources: readonly string[]): Promise<ToProve[]> {
  enter('sealing');
  const sealed: ToProve[] = [];
  const folder = worked.random.chance(0.5) ? worked.places.pairs : undefined;
  await sealFiles(
    worked.jobs,
    { sources, folder },
    {
      ...report,
      finished: ({ file, out }) => void sealed.push({ original: file, enc: out }),
    },
  );
  return sealed;
}

async function open({ jobs, places, random }: Worked): Promise<void> {
  enter('opening');
  const pairs = (await filesBelow(places.sealed)).filter((file) => file.endsWith(ENC_ENDING));
  await openFiles(jobs, { sources: random.some(pairs), folder: places.opened }, report);
}

async function trashSome(worked: Worked): Promise<void> {
  const there = await originals(worked);
  if (there.length <= KEPT) return;
  const files = await seal(worked, worked.random.some(there.slice(KEPT)));
  enter('proving');
  const proofs: Proof[] = [];
  await proveFiles(worked.jobs, { files }, { ...report, proved: (proof) => void proofs.push(proof) });
  enter('trashing');
  await trashProven(worked.trash, { proofs }, { ...report, trashed: () => undefined });
}

/** One of the original folders that are there. */
async function someAlbum({ places, random }: Worked): Promise<string | undefined> {
  const names = (await readdir(places.albums)).filter(
    (name) => !isTemporary(name) && !name.endsWith(SEALED_ENDING),
  );
  const name = names[random.below(names.length)];
  return name === undefined ? undefined : path.join(places.albums, name);
}

async function sealAlbum(worked: Worked): Promise<FolderToProve | undefined> {
  const original = await someAlbum(worked);
  if (original === undefined) return undefined;
  enter('sealing a folder');
  const sealed = await sealFolder(worked.jobs, { source: original }, report);
  return sealed && { original, sealed: sealed.out };
}

async function openAlbum({ jobs, places, random }: Worked): Promise<void> {
  enter('opening a folder');
  const [name = ''] = random.some(await readdir(places.sealedAlbums));
  const source = path.join(places.sealedAlbums, name);
  await openFolder(jobs, { source, folder: places.openedAlbums }, report);
}

async function trashAlbum(worked: Worked): Promise<void> {
  const folder = await sealAlbum(worked);
  if (!folder) return;
  enter('proving a folder');
  const proofs: FolderProof[] = [];
  await proveFolder(worked.jobs, folder, { ...report, proved: (proof) => void proofs.push(proof) });
  enter('trashing a folder');
  await trashProven(worked.trash, { proofs }, { ...report, trashed: () => undefined });
}

const TURNS: readonly ((worked: Worked) => Promise<unknown>)[] = [
  async (worked) => seal(worked, worked.random.some(await originals(worked))),
  open,
  trashSome,
  sealAlbum,
  openAlbum,
  trashAlbum,
];

async function workForEver(worked: Worked): Promise<never> {
  while (true) await TURNS[worked.random.below(TURNS.length)]?.(worked);
}

const [seed = '', given = ''] = process.argv.slice(2);
const at = places.parse(JSON.parse(given));
const now = () => new Date();
const lines = createInterface({ input: process.stdin });
await once(lines, 'line');
const { id, servers } = await createProfileStore(at.home).current();
if (!servers) throw new Error('nobody registered in this data folder');
const { jobs } = await connectAgent({
  dataFolder: at.home,
  kind: 'own',
  profileId: id,
  addresses: { kms: servers.kms.address, cloud: servers.cloud.address },
  known: servers,
  segmentWorkerUrl: new URL('../../agent/engine/segment-worker.ts', import.meta.url),
  now,
  // What is put back is sealed at once: kills are to hit work, not waiting.
  restMs: 0,
});
const trash = createSystemTrash({
  platform: process.platform,
  environment: { XDG_DATA_HOME: at.data },
  uid: process.getuid?.(),
  now,
});
// Threads that have begun: a kill while they do is no kill of anything.
await Promise.all([jobs.engine.pool.inspect([]), jobs.engine.pool.inspect([])]);
process.stdout.write('started\n');
await once(lines, 'line');
await workForEver({ jobs, trash, places: at, random: createRandom(Number(seed)) });
