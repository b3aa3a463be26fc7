import path from 'node:path';
import { isKeyFileMac } from '../../core/crypto/file-key.ts';
import { Secret } from '../../core/crypto/secret.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { type KeyFile, keyFileClaims } from '../../shared/formats/key-file.ts';
import { encodePrelude, type Prelude } from '../../shared/formats/prelude.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { readPrelude } from '../engine/open-file.ts';
import { readKeyFile } from '../engine/read-key-file.ts';
import { proven } from './assert-proven.ts';
import { explained } from './explained.ts';
import { registeredKey } from './find-key.ts';
import { inspectedBy } from './open-inspect.ts';
import type { JobParts } from './parts.ts';
import { errorOf } from './report.ts';
import { type UnwrapReason, unwrapKeys } from './unwrap-keys.ts';

/** A DEK, with the `.key` that it vouches for. The caller destroys the DEK. */
export interface ProvenKey {
  readonly dek: Secret;
  readonly key: KeyFile;
  /** What the `.enc` may have begun with, the likeliest first; none where there is nothing to tell it from. */
  readonly preludes: readonly Prelude[];
  /** Why the `.enc` does not say itself how it began. */
  readonly preludeError: SealkeepError | undefined;
  /** What is wrong with the `.key` that lies beside, so that another one had to be found. */
  readonly keyError: SealkeepError | undefined;
  readonly isFromRegistry: boolean;
}

/** The KMS unwraps so many at once. @returns those of ordinary pairs; the others need to be looked at one by one. */
export async function provenKeysOf(
  parts: JobParts,
  sources: readonly string[],
  reason: UnwrapReason,
): Promise<Map<string, ProvenKey>> {
  const seen = await parts.engine.pool.inspect(sources.map((enc) => ({ enc, key: keyPathOf(enc) })));
  const pairs = sources.flatMap((source, index) => {
    const inspection = seen[index];
    const pair = inspection && inspectedBy({ source }, source, inspection);
    return pair ? [{ source, prelude: pair.prelude, key: pair.found.key }] : [];
  });
  const deks = await unwrapKeys(
    parts,
    pairs.map(({ key }) => key),
    reason,
  );
  const found = new Map<string, ProvenKey>();
  for (const [index, { source, prelude, key }] of pairs.entries()) {
    const dek = deks[index];
    if (!(dek instanceof Secret)) continue;
    if (isKeyFileMac(dek, keyFileClaims(key), key.mac) && !found.has(source))
      found.set(source, { ...NOTHING_ODD, dek, key, preludes: preludesOf(prelude, key) });
    else dek.destroy();
  }
  return found;
}

const NOTHING_ODD = { preludeError: undefined, keyError: undefined, isFromRegistry: false };

/** What may be odd about a `.key`, or about the resource that a damaged prelude names: another one may do. */
const WORTH_ANOTHER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'KEY_FILE_INVALID',
  'KEY_FILE_TOO_NEW',
  'KEY_FILE_MISMATCH',
  'KEY_FILE_ALTERED',
  'KEY_MISSING',
  'FILE_NOT_READABLE',
  'FILE_NOT_A_FILE',
  'WRAPPED_KEY_INVALID',
  'RESOURCE_MISMATCH',
  'CLOUD_NOT_FOUND',
  'FILE_FORGOTTEN',
  'SERVER_ANSWER_INVALID',
]);

/**
 * Finds the key of one `.enc`, which may be damaged, as may its `.key`: the one beside it, else the registry's copy for
 * the resource that either names, else the one beside it even though the `.enc` says that it is another's.
 * @throws SealkeepError what is wrong with the `.key` that there is; KEY_MISSING; what the `.enc` is not; SERVER_*.
 */
export async function provenKeyOf(parts: JobParts, source: string, reason: UnwrapReason): Promise<ProvenKey> {
  const begins = await preludeOf(source);
  const prelude = begins instanceof SealkeepError ? undefined : begins;
  const preludeError = begins instanceof SealkeepError ? begins : undefined;
  const keyName = path.basename(keyPathOf(source));
  const odd: SealkeepError[] = [];
  const noting = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isSealkeepError(error) || !WORTH_ANOTHER.has(error.code)) throw error;
      odd.push(errorOf(source, error));
      return undefined;
    }
  };
  const prove = async (key: KeyFile, isFromRegistry: boolean): Promise<ProvenKey> => {
    const [dek] = await unwrapKeys(parts, [key], reason);
    if (!(dek instanceof Secret)) throw dek ?? new SealkeepError('INTERNAL');
    proven(parts, dek, { key, keyName, isFromRegistry });
    const preludes = preludesOf(prelude, key);
    return { dek, key, preludes, preludeError, keyError: odd[0], isFromRegistry };
  };

  try {
    const beside = await noting(() => readKeyFile(keyPathOf(source)));
    const named = prelude?.header.resource_name ?? beside?.resource_name;
    if (named === undefined) throw odd[0] ?? preludeError ?? new SealkeepError('INTERNAL');
    const isTheirs = beside !== undefined && beside.resource_name !== named;
    if (isTheirs) odd.push(new SealkeepError('KEY_FILE_MISMATCH', { file: keyName }));
    const first = beside && !isTheirs ? await noting(() => prove(beside, false)) : undefined;
    if (first) return first;
    const registered = await noting(async () => prove(await registeredKey(parts, source, named), true));
    if (registered) return registered;
    const last = isTheirs ? await noting(() => prove(beside, false)) : undefined;
    if (last) return last;
    throw odd[0] ?? new SealkeepError('KEY_MISSING', { file: source });
  } catch (error) {
    throw prelude ? explained(parts, { label: source, prelude }, error) : error;
  }
}

/** What can be read, or why it can't; a file that can't be had at all is none that could be damaged. */
async function preludeOf(source: string): Promise<Prelude | SealkeepError> {
  try {
    return (await readPrelude(source)).prelude;
  } catch (error) {
    for (const code of ['FILE_NOT_SEALED', 'FILE_TOO_NEW', 'FILE_DAMAGED'] as const) {
      if (isSealkeepError(error, code)) return error;
    }
    throw error;
  }
}

/** A writer makes one prelude of the two texts, and the `.key` has both: so a damaged one can be made anew. */
function preludesOf(found: Prelude | undefined, { resource_name, kacls_url }: KeyFile): Prelude[] {
  try {
    const anew = encodePrelude({ resource_name, kacls_url });
    if (!found) return [anew];
    return Buffer.compare(found.bytes, anew.bytes) === 0 ? [found] : [found, anew];
  } catch (error) {
    // Nothing vouches for the `kacls_url` of a `.key`: with that one no file was ever sealed.
    if (isSealkeepError(error, 'FILE_NAME_REFUSED')) return found ? [found] : [];
    throw error;
  }
}
