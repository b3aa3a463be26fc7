import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { addVersionCommand } from './version-command.ts';

export function addRetireCommand(keys: Command, context: CliContext): void {
  addVersionCommand(keys, context, 'keys retire', async ({ jobs, found: { keyId, version } }) => {
    const { access_token } = await jobs.login.tokens();
    const state = await jobs.kms.retireVersion(access_token, { keyId, version });
    const line = `Version ${version} is retired: nothing hangs on it. It opens old copies of wrapped keys until it is revoked or destroyed.`;
    return { state, lines: [line] };
  });
}
