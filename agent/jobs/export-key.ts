import { Secret } from '../../core/crypto/secret.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import { readPrelude } from '../engine/open-file.ts';
import { assertProven } from './assert-proven.ts';
import { explained } from './explained.ts';
import { findKey } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { errorOf } from './report.ts';

export interface ExportKeyRequest {
  /** The `.enc` file. */
  readonly source: string;
  /** Asks for a fresh code, once the file and its `.key` are there: a code is good once. */
  readonly askCode: () => Promise<string>;
}

/**
 * Has the KMS give the DEK of a sealed file for a person to keep, which it writes into its audit log as that.
 * @returns the DEK; the caller destroys it.
 * @throws SealkeepError CODE_REFUSED, LOGIN_THROTTLED, and what an opening throws before it writes.
 */
export async function exportKey(parts: JobParts, { source, askCode }: ExportKeyRequest): Promise<Secret> {
  const { prelude } = await readPrelude(source);
  const { resource_name } = prelude.header;
  try {
    if (!splitResourceName(resource_name)) throw new SealkeepError('RESOURCE_MISMATCH');
    await parts.login.tokens();
    const found = await findKey(parts, source, resource_name);
    const code = await askCode();
    const { access_token: authentication, cloud_token } = await parts.login.tokens();
    const authorization = await parts.cloud.authorizeOne(cloud_token, resource_name, 'reader');
    const call = { authentication, authorization, reason: 'export' };
    const { key } = await parts.kms.exportKey(call, found.key.wrapped_key, code);
    const dek = Secret.take(Buffer.from(key, 'base64'));
    try {
      assertProven(parts, dek, found);
      return dek;
    } catch (error) {
      dek.destroy();
      throw error;
    }
  } catch (error) {
    throw errorOf(source, explained(parts, { label: source, prelude }, error));
  }
}
