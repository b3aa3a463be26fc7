import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connectAgent } from '../../agent/agent.ts';
import { downloadFile } from '../../agent/jobs/download-file.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import type { FolderProof, Proof } from '../../agent/jobs/proof.ts';
import { proveFiles } from '../../agent/jobs/prove-files.ts';
import { proveFolder } from '../../agent/jobs/prove-folder.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { trashProven } from '../../agent/jobs/trash-proven.ts';
import { uploadFiles } from '../../agent/jobs/upload-files.ts';
import { createFreedesktopTrash } from '../../agent/trash/freedesktop-trash.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { someBytes, WORKER_URL } from '../support/engine.ts';
import { say, settle } from './record-effects.ts';

/** What the process that runs every job once needs to know. */
export interface AllJobs {
  readonly user: string;
  readonly home: string;
  /** Where its files are to lie. */
  readonly folder: string;
  readonly addresses: { readonly kms: string; readonly cloud: string };
  readonly now: string;
}

const job = JSON.parse(process.argv[2] ?? '') as AllJobs;
const at = (...steps: string[]) => path.join(job.folder, ...steps);
const now = () => new Date(job.now);
const agent = await connectAgent({
  kind: 'own',
  dataFolder: job.home,
  profileId: 'test',
  addresses: job.addresses,
  known: undefined,
  segmentWorkerUrl: WORKER_URL,
  now,
});
const { jobs } = agent;

/** What is told of a file is true from that moment on. */
function telling(outputsOf: (out: string) => readonly string[]) {
  const outs: string[] = [];
  return {
    outs,
    progress: () => undefined,
    finished({ out }: { readonly out: string }) {
      outs.push(out);
      say(outputsOf(out), []);
    },
    failed(_: string, error: Error) {
      throw error;
    },
  };
}
const pair = (enc: string) => [enc, keyPathOf(enc)];
const itself = (out: string) => [out];

const MIB = 1024 * 1024;
for (const name of ['plain', 'sealed', 'opened', 'downloaded']) await mkdir(at(name));
// Small files, which go together, one of several segments, and one that goes alone.
const SIZES = { a: 10, b: 0, c: MIB / 2, d: 3 * MIB, alone: 5 };
for (const [name, size] of Object.entries(SIZES)) await writeFile(at('plain', name), someBytes(size));
await mkdir(at('album', 'deep', 'empty'), { recursive: true });
for (const name of ['1', '2']) await writeFile(at('album', 'deep', name), name);
await writeFile(at('album', 'large'), someBytes(2 * MIB));
await symlink('deep', at('album', 'link'));
settle();

const sources = ['a', 'b', 'c', 'd'].map((name) => at('plain', name));
const sealing = telling(pair);
await sealFiles(jobs, { sources, folder: at('sealed') }, sealing);
await sealFiles(jobs, { sources: [at('plain', 'alone')] }, telling(pair));
await openFiles(jobs, { sources: sealing.outs, folder: at('opened') }, telling(itself));

const [first = ''] = sealing.outs;
await rm(keyPathOf(first));
settle();
const withKey = telling((out) => [out, keyPathOf(first)]);
await openFiles(jobs, { sources: [first] }, withKey);
await uploadFiles(
  jobs,
  { sources: [first] },
  telling(() => []),
);
const { out } = await downloadFile(jobs, { owner: job.user, name: 'a', folder: at('downloaded') });
say(pair(out), []);

for (const half of pair(first)) await copyFile(half, at('album', path.basename(half)));
settle();
await sealFolder(jobs, { source: at('album') }, telling(itself));
await openFolder(jobs, { source: at('album.sealed') }, telling(itself));
// Without a manifest.
await sealFolder(jobs, { source: at('album') }, telling(itself));
await rm(at('album (2).sealed', 'sealkeep-folder.enc'));
settle();
await openFolder(jobs, { source: at('album (2).sealed') }, telling(itself));

const proofs: (Proof | FolderProof)[] = [];
const proving = { ...telling(() => []), proved: (proof: Proof | FolderProof) => void proofs.push(proof) };
const files = sealing.outs.map((enc) => ({ original: at('plain', path.basename(enc, '.enc')), enc }));
await proveFiles(jobs, { files }, proving);
await proveFolder(jobs, { original: at('album'), sealed: at('album.sealed') }, proving);
const trash = createFreedesktopTrash({ dataHome: at('data', 'home'), uid: process.getuid?.() ?? 0, now });
await trashProven(
  trash,
  { proofs },
  {
    failed(_, error) {
      throw error;
    },
    trashed: ({ original }, to) => say(to === undefined ? [] : [to], [path.dirname(original)]),
  },
);
await agent.close();
process.stdout.write(`${proofs.length} moved\n`);
