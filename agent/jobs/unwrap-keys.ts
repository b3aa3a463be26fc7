import { Secret } from '../../core/crypto/secret.ts';
import { subjectOf } from '../../core/crypto/tokens.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import type { JobParts } from './parts.ts';
import { registeredInstead, type WrappedResource } from './registered-instead.ts';

/** What the audit log says an unwrap was for. */
export type UnwrapReason = 'open' | 'prove' | 'upload' | 'share' | 'verify' | 'shred';

/** A DEK for each resource, or the error of that one. The caller destroys the DEKs. */
export type UnwrapOutcome = Secret | SealkeepError;

/** Refusals that one resource of a batch can be the reason of; any other would come again for each of them. */
const OF_ONE_RESOURCE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CLOUD_NOT_FOUND',
  'FILE_FORGOTTEN',
  'GRANT_MISSING',
  'KEY_VERSION_DESTROYED',
  'KEY_VERSION_DISABLED',
  'PERIMETER_REFUSED',
  'REALM_MISMATCH',
  'REQUEST_INVALID',
  'RESOURCE_MISMATCH',
  'ROLE_REFUSED',
  'WRAPPED_KEY_INVALID',
]);

/** Told of each resource whose DEK came with a wrapped key that is to stand in the `.key` from now on. */
export type RenewedKey = (one: WrappedResource, wrappedKey: string) => void;

/**
 * Has wrapped keys unwrapped, in batches by owner. A batch is all or nothing, so one that is refused for
 * a resource's sake is asked for again resource by resource: each file then has its own answer. A wrapped key that
 * opens nothing any more, since its key version was revoked or destroyed, gives way to the registry's copy.
 */
export async function unwrapKeys(
  parts: JobParts,
  wrapped: readonly WrappedResource[],
  reason: UnwrapReason,
  renewed: RenewedKey = () => undefined,
): Promise<UnwrapOutcome[]> {
  const outcomes = new Map<WrappedResource, UnwrapOutcome>();
  try {
    for (const batch of Map.groupBy(wrapped, ownerOf).values())
      await unwrapTogether(parts, batch, { reason, renewed, outcomes });
  } catch (error) {
    // Nobody gets those that are here already.
    for (const outcome of outcomes.values()) if (outcome instanceof Secret) outcome.destroy();
    throw error;
  }
  return wrapped.map((one) => outcomes.get(one) ?? new SealkeepError('INTERNAL'));
}

async function unwrapTogether(
  parts: JobParts,
  batch: readonly WrappedResource[],
  {
    reason,
    renewed,
    outcomes,
  }: {
    readonly reason: UnwrapReason;
    readonly renewed: RenewedKey;
    readonly outcomes: Map<WrappedResource, UnwrapOutcome>;
  },
): Promise<void> {
  try {
    const deks = await unwrapBatch(parts, batch, reason, renewed);
    for (const [index, one] of batch.entries()) keep(outcomes, one, deks[index]);
  } catch (error) {
    if (!isSealkeepError(error)) throw error;
    const isWorthAsking = batch.length > 1 && OF_ONE_RESOURCE.has(error.code);
    for (const one of batch) {
      const outcome = isWorthAsking ? await unwrapAlone(parts, one, reason, renewed) : error;
      const isRefused = isSealkeepError(outcome);
      keep(outcomes, one, isRefused ? await unwrapRegistered(parts, one, outcome, reason, renewed) : outcome);
    }
  }
}

function keep(
  outcomes: Map<WrappedResource, UnwrapOutcome>,
  one: WrappedResource,
  outcome?: UnwrapOutcome,
): void {
  if (outcome) outcomes.set(one, outcome);
}

function ownerOf({ resource_name }: WrappedResource): string {
  return splitResourceName(resource_name)?.owner ?? '';
}

/** @returns what the registry's copy gives; `refusal` where that one helps nothing. */
async function unwrapRegistered(
  parts: JobParts,
  one: WrappedResource,
  refusal: SealkeepError,
  reason: UnwrapReason,
  renewed: RenewedKey,
): Promise<UnwrapOutcome> {
  try {
    const copy = await registeredInstead(parts, one, refusal);
    if (!copy) return refusal;
    const outcome = await unwrapAlone(parts, copy, reason, () => undefined);
    if (outcome instanceof Secret) renewed(one, copy.wrapped_key);
    return outcome;
  } catch (error) {
    if (isSealkeepError(error)) return error;
    throw error;
  }
}

async function unwrapAlone(
  parts: JobParts,
  one: WrappedResource,
  reason: UnwrapReason,
  renewed: RenewedKey,
): Promise<UnwrapOutcome> {
  try {
    const [dek] = await unwrapBatch(parts, [one], reason, renewed);
    return dek ?? new SealkeepError('INTERNAL');
  } catch (error) {
    if (isSealkeepError(error)) return error;
    throw error;
  }
}

async function unwrapBatch(
  parts: JobParts,
  batch: readonly WrappedResource[],
  reason: UnwrapReason,
  renewed: RenewedKey,
): Promise<Secret[]> {
  const { access_token: authentication, cloud_token } = await parts.login.tokens();
  const names = batch.map((one) => one.resource_name);
  const isOwn = batch.every((one) => ownerOf(one) === subjectOf(authentication));
  const authorization = await parts.cloud.authorize(cloud_token, names, 'reader').catch((error: unknown) => {
    // Nothing that the owner can do takes a resource from the cloud, and it was there before the pair was.
    const isForgotten = isOwn && isSealkeepError(error, 'CLOUD_NOT_FOUND');
    throw isForgotten ? new SealkeepError('FILE_FORGOTTEN', {}, { cause: error }) : error;
  });
  const items = batch.map(({ resource_name, wrapped_key }) => ({ resource_name, wrapped_key }));
  const reply = await parts.kms.unwrapBatch({ authentication, authorization, reason }, items);
  const fits =
    reply.items.length === names.length && reply.items.every((item, i) => item.resource_name === names[i]);
  if (!fits) {
    throw new SealkeepError('SERVER_ANSWER_INVALID', { service: 'KMS', url: parts.kms.peer.address });
  }
  for (const [index, one] of batch.entries()) {
    const fresh = reply.items[index]?.wrapped_key;
    if (fresh !== undefined) renewed(one, fresh);
  }
  return reply.items.map(({ key }) => Secret.take(Buffer.from(key, 'base64')));
}
