import { randomId } from '../../shared/names/resource-name.ts';
import { usage } from './file-options.ts';

/**
 * @param what it names, such as `key`.
 * @param command that shows such ids.
 * @throws SealkeepError USAGE where it can't be anything's id.
 */
export function parseId(text: string, what: string, command: string): string {
  if (randomId.safeParse(text).success) return text;
  throw usage(`${text} is no ${what}: its id has 22 characters, as "sealkeep ${command}" shows it.`);
}
