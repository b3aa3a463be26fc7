import { SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import { verifyFile } from '../engine/verify-file.ts';
import type { JobParts } from '../jobs/parts.ts';
import { provenKeyOf } from '../jobs/proven-key.ts';
import { ownResource } from '../jobs/share-file.ts';

export interface ShredRequest {
  /** Each as the cloud lists it, its `.enc`, or its resource name. */
  readonly files: readonly string[];
  /** Asks for a fresh code, once it is known which resources are meant: a code is good once. */
  readonly askCode: () => Promise<string>;
}

/**
 * Gives one's own files up: the KMS destroys its part of their keys, so that no copy of them opens ever again. The
 * sealed bytes stay wherever they lie. All of them or none.
 * @returns how many of them the KMS knew; one that was given up before is none.
 * @throws SealkeepError CLOUD_NOT_FOUND, GRANT_NOT_OWNER, CODE_REFUSED, LOGIN_THROTTLED, FILE_*, KEY_*, SERVER_*.
 */
export async function shredFiles(parts: JobParts, { files, askCode }: ShredRequest): Promise<number> {
  const resources = new Set<string>();
  for (const file of files) resources.add(await resourceOf(parts, file));
  await parts.login.tokens();
  const code = await askCode();
  const { access_token } = await parts.login.tokens();
  const { shredded } = await parts.kms.shred(access_token, { resourceNames: [...resources], code });
  return shredded;
}

function resourceOf(parts: JobParts, file: string): Promise<string> | string {
  if (splitResourceName(file)) return file;
  return file.endsWith(ENC_ENDING) ? sealedResource(parts, file) : ownResource(parts, file, 'shred');
}

/** Whoever has changed which resource a `.enc` names must not have another one given up: a segment of it has to open. */
async function sealedResource(parts: JobParts, source: string): Promise<string> {
  const { dek, key, preludes, preludeError } = await provenKeyOf(parts, source, 'shred');
  try {
    const [likeliest, ...others] = preludes;
    if (!likeliest) throw preludeError ?? new SealkeepError('INTERNAL');
    const { good } = await verifyFile(parts.engine, {
      ...{ source, dek, plaintextBytes: key.size },
      preludes: [likeliest, ...others],
    });
    if (good === 0) throw new SealkeepError('FILE_DAMAGED', { file: source });
    return key.resource_name;
  } finally {
    dek.destroy();
  }
}
