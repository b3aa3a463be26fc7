import type { ChainFault } from '../../../core/audit/chain-walk.ts';
import type { WholeLogReport } from '../../../core/audit/verify-log.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import type { Terminal } from '../../terminal.ts';

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

interface ReportPlace extends Pick<CliContext, 'endWith'> {
  readonly terminal: Pick<Terminal, 'print' | 'printJson'>;
}

/**
 * What an offline look found; the command ends as damaged where anything is wrong.
 * @param mustBeSigned whether a log that is signed less than a KMS signs one is wrong, too.
 */
export function printReport(
  { terminal, endWith }: ReportPlace,
  { json }: ClientOptions,
  found: WholeLogReport,
  mustBeSigned: boolean,
): void {
  const { entries, fault, checkpoints, failed, signedUpTo, key, isSigned } = found;
  const isWrong = fault !== undefined || failed.length > 0 || (mustBeSigned && !isSigned);
  if (isWrong) endWith(EXIT_CODES.damaged);
  if (json) {
    const report = { entries, first_wrong: fault ?? null, checkpoints, failed_checkpoints: failed };
    terminal.printJson({ ...report, signed_up_to: signedUpTo, is_signed: isSigned, key: key ?? null });
    return;
  }
  const holds = isWrong ? 'The audit log does not hold' : 'The audit log holds';
  terminal.print(`${holds}. Entries: ${entries}. Checkpoints: ${checkpoints}.`);
  if (fault) terminal.print(`Entry ${fault.seq} ${FAULTS[fault.kind]}.`);
  for (const { seq, why } of failed) terminal.print(`The checkpoint at entry ${seq} ${FAILURES[why]}.`);
  for (const sentence of sayingOfSignatures(found)) terminal.print(sentence);
}

function sayingOfSignatures({ entries, signedUpTo, key, isSigned }: WholeLogReport): string[] {
  if (signedUpTo === 0) {
    return [
      `Nothing of it is signed${key === undefined ? '' : ` with the key ${key}`}: whoever could write it can have made all of it anew.`,
      'A KMS signs within a minute of its first entry; later than that, the checkpoints were taken out.',
    ];
  }
  const rest = entries - signedUpTo;
  const newer = `${counted(rest, 'newer one')} could be others: no checkpoint vouches for what comes after it.`;
  return [
    `Signed up to entry ${signedUpTo} with the key ${key}.`,
    ...(rest > 0 ? [newer] : []),
    ...(isSigned ? [] : ['A KMS never leaves so many without one: checkpoints were taken out.']),
  ];
}
