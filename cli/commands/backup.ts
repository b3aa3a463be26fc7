import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { CliContext, ClientOptions } from '../context.ts';
import { counted } from '../counted.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { addCommand } from '../manual/add-command.ts';
import { formatBytes } from '../progress-line.ts';
import type { ServerName } from '../root-passphrases.ts';
import { assertFree } from './file-options.ts';
import { SERVER_FOLDER, type ServerPlace, serverPlace } from './server-place.ts';

interface BackupOptions extends Pick<ClientOptions, 'json'> {
  readonly out: string;
  readonly data?: string;
  readonly withBlobs?: true;
  readonly withRootKey?: true;
  readonly makePhrase?: true;
}

interface RestoreOptions extends Pick<ClientOptions, 'json'> {
  readonly data?: string;
  readonly check?: true;
}

/** Where nothing is yet, a check leaves nothing either, not even the files that it locks. */
async function withoutTraces<T>(place: ServerPlace, work: (place: ServerPlace) => Promise<T>): Promise<T> {
  if ((await readdir(place.dataFolder)).length > 0) return work(place);
  const dataFolder = await mkdtemp(path.join(place.dataFolder, 'checking-'));
  try {
    return await work({ ...place, dataFolder });
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

/** Whoever looks for both finds out now, and not when they need the other one. */
function noteMissing({ terminal }: CliContext, servers: readonly ServerName[]): void {
  if (!servers.includes('cloud')) terminal.note('Only the KMS is in it, no cloud.');
  if (!servers.includes('kms')) terminal.note('Only the cloud is in it, no KMS.');
}

/** `backup` and `restore`: what the servers of a data folder keep, as one sealed file. */
export function addBackupCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(program, 'backup').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<BackupOptions>();
    const file = path.resolve(options.out);
    await assertFree(file);
    const place = await serverPlace(context, options.data, SERVER_FOLDER);
    const { backup } = await import('../backup.ts');
    const made = await backup(context, place, {
      file,
      isWithBlobs: options.withBlobs === true,
      isWithRootKeys: options.withRootKey === true,
      isPhraseMade: options.makePhrase === true,
    });
    const { bytes, servers, lostBlobs, phrase } = made;
    if (options.json) {
      const contents = { blobs: options.withBlobs === true, root_keys: options.withRootKey === true };
      terminal.printJson({ file, bytes, servers, ...contents, lost_blobs: lostBlobs.length, phrase });
    } else {
      terminal.print(`Backed up ${servers.join(' and ')} to ${file} (${formatBytes(bytes)})`);
      if (phrase !== undefined) {
        terminal.print('It opens with this phrase alone, which is shown now and never again:');
        terminal.print(`  ${phrase}`);
      }
      if (!options.withRootKey) {
        terminal.print(
          'The root keys are not in it: without them nothing in it opens. Keep a copy of them elsewhere.',
        );
      }
    }
    noteMissing(context, servers);
    if (lostBlobs.length === 0) return;
    context.endWith(EXIT_CODES.damaged);
    terminal.note(
      `${counted(lostBlobs.length, 'file')} that the cloud lists ${lostBlobs.length === 1 ? 'has' : 'have'} no content in its folder of blobs, so that is in no backup: ${lostBlobs.slice(0, 5).join(', ')}`,
    );
  });
  addCommand(program, 'restore').action(async (given: string, _options, command: Command) => {
    const options = command.optsWithGlobals<RestoreOptions>();
    const place = await serverPlace(context, options.data, SERVER_FOLDER);
    const { restore } = await import('../restore.ts');
    const isTrial = options.check === true;
    const file = path.resolve(given);
    const restored = isTrial
      ? await withoutTraces(place, (own) => restore(context, own, { file, isTrial }))
      : await restore(context, place, { file, isTrial });
    const { manifest, former, withoutRootKey, blobs, missingBlobs, wrongAuditEntry } = restored;
    if (options.json) {
      terminal.printJson({
        data: place.dataFolder,
        made_at: manifest.made_at,
        servers: manifest.servers,
        restored: !isTrial,
        former: former ?? null,
        without_root_key: withoutRootKey,
        files: blobs,
        files_without_content: missingBlobs,
        wrong_audit_entry: wrongAuditEntry ?? null,
      });
      return;
    }
    const what = `${manifest.servers.join(' and ')} as of ${manifest.made_at}`;
    if (isTrial) terminal.print(`The backup is good: ${what}. Nothing was changed.`);
    else terminal.print(`Restored ${what} to ${place.dataFolder}`);
    noteMissing(context, manifest.servers);
    if (former !== undefined) terminal.print(`  What was there before is in ${former}`);
    if (!isTrial) {
      terminal.print(`  The settings of then are in ${path.join(place.dataFolder, 'settings.env')}`);
      const kept = former === undefined ? '' : '; the keys of those are only in what was there before';
      terminal.note(`Files that were sealed after ${manifest.made_at} do not open with this${kept}.`);
    }
    for (const server of withoutRootKey) {
      terminal.note(
        `The root key of the ${server === 'kms' ? 'KMS' : 'cloud'} is neither in the backup nor here, so it was not tried; put it in its place before the next start.`,
      );
    }
    if (wrongAuditEntry !== undefined) {
      terminal.note(`The audit log in it does not hold from entry ${wrongAuditEntry} on.`);
    }
    if (missingBlobs > 0) {
      terminal.note(`Without content here: ${missingBlobs} of ${counted(blobs, 'file')} of the cloud.`);
    }
  });
}
