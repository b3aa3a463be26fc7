import type { OwnVersion } from '../../../agent/keys/own-version.ts';
import type { ClientOptions } from '../../context.ts';
import { usage } from '../file-options.ts';
import { parseId } from '../parse-id.ts';

export interface KeyOptions extends ClientOptions {
  readonly key?: string;
}

const HIGHEST = 0xffff_ffff;

/** @throws SealkeepError USAGE */
export function parseVersion(text: string): number {
  const version = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (version >= 1 && version <= HIGHEST) return version;
  throw usage(`${text} is no version: it is a number such as 2, as "sealkeep keys" shows it.`);
}

/** @returns undefined, which means the first, where none is named. @throws SealkeepError USAGE */
export function parseKeyId(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseId(text, 'key', 'keys');
}

/** How another command names the same version. An id may begin with a dash. */
export function versionWords({ version, keyId }: OwnVersion, { key }: KeyOptions): string {
  return key === undefined ? `${version}` : `${version} --key=${keyId}`;
}
