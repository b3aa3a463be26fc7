import input from '@inquirer/input';
import { SealkeepError } from '../shared/errors/error.ts';
import type { CliContext } from './context.ts';

/**
 * Without a terminal to ask at, `--yes` has to be there; looked at before anything is begun.
 * @throws SealkeepError USAGE
 */
export function assertConfirmable(
  { terminal }: Pick<CliContext, 'terminal'>,
  { yes }: { readonly yes?: true },
): void {
  if (yes || terminal.isInputTerminal) return;
  throw new SealkeepError('USAGE', {
    reason: 'There is no terminal to ask whether this is meant; --yes says that it is.',
  });
}

/**
 * Asks at the terminal whether something is meant that is hard or impossible to take back, unless `--yes` says so.
 * @param consequences what the person should know before the answer, a line each.
 * @throws SealkeepError JOB_CANCELLED for any answer but yes.
 */
export async function confirm(
  { terminal }: Pick<CliContext, 'terminal'>,
  { yes }: { readonly yes?: true },
  consequences: readonly string[],
): Promise<void> {
  for (const line of consequences) terminal.note(line);
  if (yes) return;
  const answer = await input({ message: 'Go on? (yes/no)' }, { output: process.stderr });
  if (!/^y(es)?$/i.test(answer.trim())) throw new SealkeepError('JOB_CANCELLED');
}
