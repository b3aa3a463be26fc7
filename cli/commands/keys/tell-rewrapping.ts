import type { JobParts } from '../../../agent/jobs/parts.ts';
import { followRewrapping, leftBehind } from '../../../agent/keys/follow-rewrapping.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { EXIT_CODES } from '../../exit-codes.ts';

/** Stays while the KMS rewraps under the active version, and says what is left where it does not end. */
export async function tellRewrapping(
  { terminal, signal, endWith }: CliContext,
  jobs: JobParts,
  keyId: string,
  options: ClientOptions,
): Promise<void> {
  const onLeft = (count: number) =>
    options.json || count === 0
      ? terminal.status('')
      : terminal.status(`${counted(count, 'wrapped key')} to rewrap`);
  const key = await followRewrapping(jobs, { keyId, signal, onLeft });
  const left = leftBehind(key);
  const active = key.versions.find(({ status }) => status === 'active');
  if (left > 0) {
    const hang = `${counted(left, 'wrapped key')} still ${left === 1 ? 'hangs' : 'hang'}`;
    terminal.note(`${hang} on versions before; the KMS goes on rewrapping whenever it runs.`);
  } else if (!options.json && active) {
    terminal.print(`All that hung on versions before hangs on version ${active.version} now.`);
  }
  if (signal.aborted) endWith(EXIT_CODES.cancelled);
}
