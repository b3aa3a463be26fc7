import type { z } from 'zod';
import type { releaseReply, releaseRequest } from '../../../shared/api/kms/keys.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import { countReleased } from '../keyring/census.ts';
import type { KmsParts } from '../parts.ts';
import { assertOwnResources } from './own-resources.ts';

/**
 * `POST /keys/release`: the owner's agent says that nothing was sealed with what was wrapped for these resources, as when it
 * was killed before the cloud had the wrapped keys. They stop counting. Nothing is destroyed, so it takes no code: what was
 * wrapped goes on opening, and what the cloud keeps of it counts again before its version ends.
 * @throws SealkeepError GRANT_NOT_OWNER for another's.
 */
export function releaseWraps(
  parts: KmsParts,
  call: Call,
  person: Person,
  { resourceNames }: z.output<typeof releaseRequest>,
): Promise<z.input<typeof releaseReply>> {
  const draft = { operation: 'release', actor: person.name, reason: '', resourceName: undefined };
  return recordingRefusals(parts, call, draft, async () => {
    assertOwnResources(person, resourceNames);
    return parts.database.transaction().execute(async (transaction) => {
      const released = await countReleased(transaction, resourceNames);
      const { operation, actor } = draft;
      const entries = [...new Set(released)].map((resourceName) => ({ operation, actor, resourceName }));
      await parts.audit.append(call, entries, transaction);
      return { released: released.length };
    });
  });
}
