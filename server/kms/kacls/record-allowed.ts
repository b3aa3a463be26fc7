import type { Call } from '../../platform/http/call.ts';
import type { Draft } from '../audit/recorded.ts';
import { sliced } from '../keyring/in-slices.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { KaclsParts } from './kacls-parts.ts';

/** R-LOG for what is allowed: an entry for each resource, all in one transaction. */
export async function recordAllowed(
  { audit }: KaclsParts,
  call: Call,
  { actor, operation, reason, delegatedTo }: Draft,
  resourceNames: readonly string[],
  transaction: KmsTransaction,
): Promise<void> {
  for await (const some of sliced(resourceNames)) {
    const entries = some.map((resourceName) => ({ actor, operation, reason, delegatedTo, resourceName }));
    await audit.append(call, entries, transaction);
  }
}
