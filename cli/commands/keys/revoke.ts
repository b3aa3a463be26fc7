import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { versionWords } from './key-names.ts';
import { tellRewrapping } from './tell-rewrapping.ts';
import { addVersionCommand } from './version-command.ts';

export function addRevokeCommand(keys: Command, context: CliContext): void {
  addVersionCommand(keys, context, 'keys revoke', async ({ jobs, found, options }) => {
    const { keyId, version } = found;
    const code = await context.secrets.code();
    const { access_token } = await jobs.login.tokens();
    const state = await jobs.kms.disableVersion(access_token, { keyId, version, code });
    const words = versionWords(found, options);
    const lines = [
      `Version ${version} is disabled: it opens nothing. "sealkeep keys enable ${words}" takes that back.`,
      'Whoever has it may have the keys of the files that it wrapped; "sealkeep keys" says how many need a new one.',
    ];
    return { state, lines, afterwards: () => tellRewrapping(context, jobs, keyId, options) };
  });
}
