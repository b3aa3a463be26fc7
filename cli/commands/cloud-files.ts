import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { downloadFile } from '../../agent/jobs/download-file.ts';
import { attempt } from '../../agent/jobs/report.ts';
import { uploadFiles } from '../../agent/jobs/upload-files.ts';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { lookAtFiles } from '../given-files.ts';
import { jobOutput } from '../job-output.ts';
import { addCommand } from '../manual/add-command.ts';
import { formatBytes } from '../progress-line.ts';
import { minuteText } from '../time-text.ts';
import { outputFolder } from './file-options.ts';

interface DownloadOptions extends ClientOptions {
  readonly out?: string;
  readonly from?: string;
  readonly as?: string;
}

export function addCloudCommands(program: Command, context: CliContext): void {
  addCommand(program, 'upload').action(async (files: string[], _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const { sizes } = await lookAtFiles(files);
    await withAgent(context, options, async ({ jobs }) => {
      const output = jobOutput(context, { ...options, items: sizes, done: 'Uploaded' });
      await uploadFiles(jobs, { sources: files, signal: context.signal }, output);
    });
  });
  addCommand(program, 'download').action(async (names: string[], _options, command: Command) => {
    const options = command.optsWithGlobals<DownloadOptions>();
    if (options.as !== undefined && names.length > 1) {
      throw new SealkeepError('USAGE', { reason: '--as is for one file.' });
    }
    const folder = (await outputFolder(options.out)) ?? process.cwd();
    await withAgent(context, options, (agent) => download(context, agent, names, folder, options));
  });
  addCommand(program, 'list').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions & { shared?: true }>();
    await withAgent(context, options, async ({ jobs: { cloud, login } }) => {
      const { cloud_token, user } = await login.tokens();
      const files = options.shared
        ? await cloud.sharedWithMe(cloud_token)
        : await cloud.list(cloud_token, user);
      const none = options.shared ? 'Nobody shares a file with you.' : 'You have no files in the cloud.';
      if (options.json) for (const file of files) context.terminal.printJson(file);
      else printFiles(context, files, none);
    });
  });
}

async function download(
  context: CliContext,
  { jobs }: Agent,
  names: readonly string[],
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  const files = names.map((given) =>
    given.endsWith(ENC_ENDING) ? given.slice(0, -ENC_ENDING.length) : given,
  );
  const items = new Map(files.map((name) => [name, undefined]));
  const report = jobOutput(context, { ...options, items, done: 'Downloaded', running: 'download' });
  const owner = options.from ?? (await jobs.login.tokens()).user;
  for (const name of files) {
    await attempt(report, name, async () => {
      const onProgress = (bytes: number, total: number) => report.progress(name, bytes, total);
      const { signal } = context;
      report.finished(await downloadFile(jobs, { owner, name, folder, as: options.as, signal, onProgress }));
    });
  }
}

function printFiles({ terminal }: CliContext, files: readonly CloudFile[], none: string): void {
  if (files.length === 0) terminal.print(none);
  for (const { name, size, owner, role, shared_with, changed_at } of files) {
    const note =
      role === 'owner' ? shared_with.map((user) => `→ ${user}`).join(' ') : `from ${owner}, ${role}`;
    terminal.print(
      `${minuteText(changed_at)}  ${formatBytes(size).padStart(10)}  ${name}${note ? `  (${note})` : ''}`,
    );
  }
}
