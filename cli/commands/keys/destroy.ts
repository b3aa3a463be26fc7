import type { Command } from 'commander';
import { destructionRequest } from '../../../shared/api/kms/keys.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { assertConfirmable, confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { minuteText } from '../../time-text.ts';
import { usage } from '../file-options.ts';
import { type KeyOptions, versionWords } from './key-names.ts';
import { addVersionCommand } from './version-command.ts';

interface DestroyOptions extends KeyOptions {
  readonly days?: string;
  readonly yes?: true;
}

export function addDestroyCommand(keys: Command, context: CliContext): void {
  const check = (options: DestroyOptions) => {
    parseDays(options.days);
    assertConfirmable(context, options);
  };
  addVersionCommand<DestroyOptions>(
    keys,
    context,
    'keys destroy',
    async ({ jobs, found, options }) => {
      const { keyId, version, needed } = found;
      // The KMS refuses that as well, but only after a code was asked for.
      if (needed > 0) throw new SealkeepError('KEY_VERSION_NEEDED', { count: needed });
      const days = parseDays(options.days);
      const keep = `"sealkeep keys keep ${versionWords(found, options)}"`;
      await confirm(context, options, [
        `Version ${version} of key ${keyId} opens nothing from now on, and is destroyed in ${days} days. Until then ${keep} takes that back.`,
        'After that no copy of a wrapped key that hangs on it ever opens again: of a .key on a disk, or in a backup. None is counted any more.',
      ]);
      const code = await context.secrets.code();
      const { access_token } = await jobs.login.tokens();
      const state = await jobs.kms.scheduleDestruction(access_token, { keyId, version, code, days });
      const when = state.expiresAt === undefined ? '' : ` on ${minuteText(state.expiresAt)} UTC`;
      const line = `Version ${version} is going to be destroyed${when}. Until then ${keep} takes that back.`;
      return { state, lines: [line] };
    },
    check,
  );
}

/** `--days`. @throws SealkeepError USAGE */
function parseDays(option: string | undefined): number {
  const given = option !== undefined && /^\d{1,2}$/.test(option) ? Number(option) : option;
  const days = destructionRequest.shape.days.safeParse(given);
  if (days.success) return days.data;
  throw usage('--days is a whole number from 7 to 30.');
}
