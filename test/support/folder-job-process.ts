import { rename } from 'node:fs/promises';
import { connectAgent } from '../../agent/agent.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import type { FolderProof } from '../../agent/jobs/proof.ts';
import { proveFolder } from '../../agent/jobs/prove-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { trashProven } from '../../agent/jobs/trash-proven.ts';
import { createFreedesktopTrash } from '../../agent/trash/freedesktop-trash.ts';
import { WORKER_URL } from './engine.ts';

/** What a process that seals or opens a folder needs to know. */
export interface FolderJob {
  readonly kind: 'seal' | 'open' | 'trash';
  readonly source: string;
  readonly home: string;
  readonly addresses: { readonly kms: string; readonly cloud: string };
  readonly now: string;
  /** Of moving to the trash, where it kills itself: just before the folder moves, or just after. */
  readonly dies?: 'before' | 'after';
}

/** A process of its own that does it until it is killed; it prints a line whenever it comes further. */
const job = JSON.parse(process.argv[2] ?? '') as FolderJob;
const agent = await connectAgent({
  dataFolder: job.home,
  kind: 'own',
  profileId: 'test',
  addresses: job.addresses,
  known: undefined,
  segmentWorkerUrl: WORKER_URL,
  now: () => new Date(job.now),
});
const say = (word: string) => void process.stdout.write(`${word}\n`);
const report = {
  progress: () => say('progress'),
  finished: () => say('finished'),
  failed: (file: string, error: Error) => say(`${file} ${error.message}`),
};
say('connected');
if (job.kind === 'trash') await moveToTrash();
else await (job.kind === 'seal' ? sealFolder : openFolder)(agent.jobs, { source: job.source }, report);
await agent.close();

async function moveToTrash(): Promise<void> {
  const die = () => process.kill(process.pid, 'SIGKILL');
  const trash = createFreedesktopTrash({
    ...{ dataHome: job.home, uid: process.getuid?.() ?? -1, now: () => new Date(job.now) },
    async rename(from, to) {
      if (job.dies === 'before') die();
      await rename(from, to);
      die();
    },
  });
  const sealed = await sealFolder(agent.jobs, { source: job.source }, report);
  const proofs: FolderProof[] = [];
  const folder = { original: job.source, sealed: sealed?.out ?? '' };
  await proveFolder(agent.jobs, folder, { ...report, proved: (proof) => void proofs.push(proof) });
  await trashProven(trash, { proofs }, { ...report, trashed: () => say('trashed') });
}
