import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { generateSync } from 'otplib';
import { type Agent, connectAgent } from '../../agent/agent.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import type { FinishedFile, JobReport } from '../../agent/jobs/report.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { serversOf } from '../../server/embedded/data-folder-servers.ts';

/** Of the build: what threads load is a part of their memory. */
const worker = (name: string) => new URL(`../../out/node/${name}.js`, import.meta.url);
export const SEGMENT_WORKER = worker('segment-worker');

/** A person's running agent with servers of its own in a worker thread, as the app has them. */
export interface Sealer {
  readonly agent: Agent;
  /** Seals all of them, a DEK and a wrap each. @returns the sealed files, durable. */
  seal(sources: readonly string[], folder: string): Promise<string[]>;
  open(sources: readonly string[], folder: string): Promise<string[]>;
  /** @returns the sealed folder. */
  sealFolder(source: string, folder: string): Promise<string>;
  openFolder(source: string, folder: string): Promise<string>;
  close(): Promise<void>;
}

export async function startSealer(dataFolder: string): Promise<Sealer> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const servers = await serversOf(dataFolder, worker('server-worker'));
  const agent = await connectAgent({
    dataFolder,
    kind: 'own',
    profileId: 'bench',
    known: undefined,
    addresses: servers.addresses,
    launchSecret: servers.launchSecret,
    segmentWorkerUrl: SEGMENT_WORKER,
    now: () => new Date(),
  });
  const enrolment = await agent.login.register('ada', 'correct horse battery');
  const secret = new URL(enrolment.otp_uri).searchParams.get('secret') ?? '';
  await agent.login.confirm('ada', enrolment.enrolment_ticket, generateSync({ secret }));
  return {
    agent,
    seal: (sources, folder) => all(sources, (report) => sealFiles(agent.jobs, { sources, folder }, report)),
    open: (sources, folder) => all(sources, (report) => openFiles(agent.jobs, { sources, folder }, report)),
    sealFolder: (source, folder) =>
      one(source, (report) => sealFolder(agent.jobs, { source, folder }, report)),
    openFolder: (source, folder) =>
      one(source, (report) => openFolder(agent.jobs, { source, folder }, report)),
    async close() {
      await agent.close();
      await servers.close();
    },
  };
}

async function one(source: string, job: (report: JobReport) => Promise<unknown>): Promise<string> {
  const [made = ''] = await all([source], job);
  return made;
}

/** Runs a job of which nothing may fail. @returns what it made, in the order of its sources. */
async function all(
  sources: readonly string[],
  job: (report: JobReport) => Promise<unknown>,
): Promise<string[]> {
  const made = new Map<string, string>();
  await job({
    finished: ({ file, out }: FinishedFile) => void made.set(file, out),
    failed: (_, error) => {
      throw error;
    },
    progress: () => undefined,
  });
  return sources.map((file) => made.get(file) ?? '');
}

/** Names for so many files below a folder. */
export function manyNames(folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => path.join(folder, `file-${index}.bin`));
}
