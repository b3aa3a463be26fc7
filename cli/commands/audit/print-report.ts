import type { ChainFault } from '../../../core/audit/chain-walk.ts';
import type { WholeLogReport } from '../../../core/audit/verify-log.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { EXIT_CODES } from '../../exit-codes.ts';

const FAULTS: Record<ChainFault['kind'], string> = {
  changed: 'was changed',
  missing: 'is missing',
  inserted: 'was put in',
  misplaced:
    'does not follow the one before it: it was changed, moved or put in, or one before it was taken out',
};

const FAILURES: Record<WholeLogReport['failed'][number]['why'], string> = {
  signature: 'is not signed with that key',
  chain: 'was made over another log',
};

/** What an offline look found; the command ends as damaged where anything is wrong. */
export function printReport(
  { terminal, endWith }: Pick<CliContext, 'terminal' | 'endWith'>,
  { json }: ClientOptions,
  { entries, fault, checkpoints, failed, signedUpTo, key }: WholeLogReport,
): void {
  if (fault || failed.length > 0) endWith(EXIT_CODES.damaged);
  if (json) {
    const report = { entries, first_wrong: fault ?? null, checkpoints, failed_checkpoints: failed };
    terminal.printJson({ ...report, signed_up_to: signedUpTo, key: key ?? null });
    return;
  }
  const holds = fault || failed.length > 0 ? 'The audit log does not hold' : 'The audit log holds';
  terminal.print(`${holds}. Entries: ${entries}. Checkpoints: ${checkpoints}.`);
  if (fault) terminal.print(`Entry ${fault.seq} ${FAULTS[fault.kind]}.`);
  for (const { seq, why } of failed) terminal.print(`The checkpoint at entry ${seq} ${FAILURES[why]}.`);
  const rest = entries - signedUpTo;
  if (key === undefined) terminal.print('Nothing of it is signed.');
  else terminal.print(`Signed up to entry ${signedUpTo} with the key ${key}.`);
  if (rest > 0) {
    terminal.print(
      `${counted(rest, 'newer one')} could be others: no checkpoint vouches for what comes after it.`,
    );
  }
}
