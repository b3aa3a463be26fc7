import { Secret } from '../../core/crypto/secret.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import { readPrelude } from '../engine/open-file.ts';
import { proven } from './assert-proven.ts';
import { explained } from './explained.ts';
import { findKey } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { registeredInstead, type WrappedResource } from './registered-instead.ts';
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
    const ask = ({ wrapped_key }: WrappedResource) => parts.kms.exportKey(call, wrapped_key, code);
    const { key } = await ask(found.key).catch(async (error: unknown) => {
      // A refused export uses no code up.
      const copy = isSealkeepError(error) && (await registeredInstead(parts, found.key, error));
      if (!copy) throw error;
      return ask(copy);
    });
    return proven(parts, Secret.take(Buffer.from(key, 'base64')), found);
  } catch (error) {
    throw errorOf(source, explained(parts, { label: source, prelude }, error));
  }
}
