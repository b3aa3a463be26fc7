import { connectAgent } from '../../agent/agent.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { WORKER_URL } from './engine.ts';

/** What a process that seals or opens a folder needs to know. */
export interface FolderJob {
  readonly kind: 'seal' | 'open';
  readonly source: string;
  readonly home: string;
  readonly addresses: { readonly kms: string; readonly cloud: string };
  readonly now: string;
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
await (job.kind === 'seal' ? sealFolder : openFolder)(agent.jobs, { source: job.source }, report);
await agent.close();
