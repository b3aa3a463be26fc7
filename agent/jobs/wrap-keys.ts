import { newDek } from '../../core/crypto/file-key.ts';
import { randomId } from '../../core/crypto/random.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { subjectOf } from '../../core/crypto/tokens.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { formatResourceName } from '../../shared/names/resource-name.ts';
import type { JobParts } from './parts.ts';

export interface FreshKey {
  readonly resourceName: string;
  readonly wrappedKey: string;
  /** The caller destroys it. */
  readonly dek: Secret;
}

/**
 * Registers files as resources and has a fresh DEK wrapped for each; in the same order.
 * @param onNamed awaited between the two.
 * @throws SealkeepError SERVER_ANSWER_INVALID where a server answers for other resources than were asked about, and
 *   whatever the servers refuse.
 */
export async function wrapFreshKeys<File extends { readonly name: string; readonly size: number }>(
  parts: JobParts,
  files: readonly File[],
  onNamed?: (resourceNames: readonly string[]) => Promise<void>,
): Promise<(File & FreshKey)[]> {
  const { access_token: authentication, cloud_token: cloudToken } = await parts.login.tokens();
  const registered = files.map(({ name, size }) => ({ id: randomId(), name, size }));
  const { resource_names: names, authorization } = await parts.cloud.registerResources(
    cloudToken,
    registered,
  );
  assertOwnResources(parts, names, registered, subjectOf(authentication));
  await onNamed?.(names);
  const deks = files.map(() => newDek());
  try {
    const items = deks.map((dek, index) => ({
      resource_name: names[index] ?? '',
      key: dek.use((bytes) => bytes.toString('base64')),
    }));
    const reply = await parts.kms.wrapBatch({ authentication, authorization, reason: 'seal' }, items);
    const fits =
      reply.items.length === items.length &&
      reply.items.every((item, index) => item.resource_name === names[index]);
    if (!fits) throw unfitAnswer(parts.kms.peer);
    return files.map((file, index) => {
      const [wrapped, dek] = [reply.items[index], deks[index]];
      if (!wrapped || !dek) throw unfitAnswer(parts.kms.peer);
      return { ...file, resourceName: wrapped.resource_name, wrappedKey: wrapped.wrapped_key, dek };
    });
  } catch (error) {
    for (const dek of deks) dek.destroy();
    throw error;
  }
}

/**
 * The client made the ids, and the owner is the person who seals. A cloud that answers with other ids wants keys of one
 * file under another's name; one that answers with another owner wants them wrapped for that person, who only has to let
 * this one write there.
 */
function assertOwnResources(
  parts: JobParts,
  names: readonly string[],
  files: readonly { readonly id: string }[],
  owner: string | undefined,
): void {
  if (owner === undefined) throw unfitAnswer(parts.kms.peer);
  const fits =
    names.length === files.length &&
    files.every(({ id }, index) => names[index] === formatResourceName({ owner, id }));
  if (!fits) throw unfitAnswer(parts.cloud.peer);
}

function unfitAnswer({
  service,
  address,
}: {
  readonly service: string;
  readonly address: string;
}): SealkeepError {
  return new SealkeepError('SERVER_ANSWER_INVALID', { service, url: address });
}
