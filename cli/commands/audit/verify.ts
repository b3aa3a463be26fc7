import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { followLog } from '../../../agent/audit/follow-log.ts';
import { inputError } from '../../../agent/engine/file-errors.ts';
import { readExport } from '../../../core/audit/export-lines.ts';
import { verifyLog, type WholeLogReport } from '../../../core/audit/verify-log.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { addCommand } from '../../manual/add-command.ts';
import { usage } from '../file-options.ts';
import { printReport } from './print-report.ts';

interface VerifyOptions extends ClientOptions {
  readonly whole?: true;
  readonly file?: string;
  readonly dataFolder?: string;
  readonly key?: string;
}

export function addVerifyCommand(audit: Command, context: CliContext): void {
  addCommand(audit, 'audit verify').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<VerifyOptions>();
    const { file, dataFolder, whole, key } = options;
    const places = [file, dataFolder].filter((place) => place !== undefined);
    if (places.length > 1) throw usage('--file and --data-folder are two places; name one.');
    if (places.length > 0 && whole)
      throw usage('--whole is for the log at the KMS; elsewhere all is looked at.');
    if (places.length === 0 && key !== undefined) throw usage('--key goes with --file or --data-folder.');
    if (file !== undefined) {
      // Without a key nobody said whose log it has to be.
      printReport(context, options, await verifyExport(file, key), key !== undefined);
    } else if (dataFolder !== undefined) {
      printReport(context, options, await verifyFolder(context, dataFolder, key), true);
    } else await withAgent(context, options, following(context, options), { isCloudNeeded: false });
  });
}

async function verifyExport(file: string, key: string | undefined): Promise<WholeLogReport> {
  try {
    const handle = await open(file);
    try {
      return await verifyLog(readExport(handle.readLines(), file), key);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw inputError(error, file);
  }
}

async function verifyFolder(
  { environment }: CliContext,
  dataFolder: string,
  key: string | undefined,
): Promise<WholeLogReport> {
  // Loaded only here: all else works without a server's code.
  const { readKmsConfig } = await import('../../../server/kms/config.ts');
  const { verifyDatabase } = await import('../../../server/kms/audit/verify-database.ts');
  const folder = path.resolve(dataFolder);
  const { databaseFile } = readKmsConfig(environment, folder);
  if (!existsSync(databaseFile)) {
    const reason = existsSync(folder)
      ? `there is no database of a KMS at ${databaseFile}`
      : 'there is no such folder';
    throw new SealkeepError('DATA_FOLDER_UNUSABLE', { folder, reason });
  }
  return verifyDatabase(databaseFile, key);
}

function following({ terminal }: CliContext, { json, whole }: VerifyOptions) {
  return async ({ log, login }: Agent) => {
    const { access_token: bearer } = await login.tokens();
    const { from, entries, signedUpTo } = await followLog(log, { bearer, isWhole: whole === true });
    if (json) terminal.printJson({ from, entries, signed_up_to: signedUpTo });
    else if (signedUpTo === 0) terminal.print('The KMS has signed nothing of its audit log yet.');
    else {
      terminal.print(
        entries === 0
          ? `Kept what the KMS signs now: its audit log up to entry ${signedUpTo}. From here on it has to hold that.`
          : `The audit log holds from entry ${from + 1} on: ${counted(entries, 'entry', 'entries')} looked at, signed up to ${signedUpTo}.`,
      );
    }
  };
}
