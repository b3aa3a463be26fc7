import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { addVersionCommand } from './version-command.ts';

export function addEnableCommand(keys: Command, context: CliContext): void {
  addVersionCommand(keys, context, 'keys enable', async ({ jobs, found: { keyId, version } }) => {
    const code = await context.secrets.code();
    const { access_token } = await jobs.login.tokens();
    const state = await jobs.kms.enableVersion(access_token, { keyId, version, code });
    return { state, lines: [`Version ${version} opens again what hangs on it. It does not wrap.`] };
  });
}
