import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { versionWords } from './key-names.ts';
import { addVersionCommand } from './version-command.ts';

export function addKeepCommand(keys: Command, context: CliContext): void {
  addVersionCommand(keys, context, 'keys keep', async ({ jobs, found, options }) => {
    const { keyId, version } = found;
    const { access_token } = await jobs.login.tokens();
    const state = await jobs.kms.cancelDestruction(access_token, { keyId, version });
    const words = versionWords(found, options);
    const line = `Version ${version} stays. It is disabled and opens nothing; "sealkeep keys enable ${words}" changes that.`;
    return { state, lines: [line] };
  });
}
