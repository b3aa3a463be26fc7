import { SealkeepError } from '../../shared/errors/error.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import type { Caller } from './caller.ts';
import type { AccessRole, ResourceStore } from './stores/resource-store.ts';

/** Who may act as what. An owner is all of them; what a line leaves out is refused. */
const MAY_ACT: Readonly<Record<AccessRole, readonly AccessRole[]>> = {
  owner: ['owner'],
  reader: ['owner', 'writer', 'reader'],
  writer: ['owner', 'writer'],
};

interface AccessParts {
  readonly resources: ResourceStore;
  readonly now: () => Date;
}

/**
 * Holds only where the caller may act in that role on every one of the resources.
 * @throws SealkeepError CLOUD_NOT_FOUND, the same for what is not there and what is not the caller's.
 */
export async function assertAccess(
  { resources, now }: AccessParts,
  caller: Caller,
  role: AccessRole,
  names: readonly string[],
): Promise<void> {
  const wanted = names.map((name) => splitResourceName(name));
  const ids = new Set(wanted.flatMap((parts) => (parts ? [parts.id] : [])));
  const access = await resources.accessTo([...ids], caller, now());
  for (const parts of wanted) {
    const found = parts && access.get(parts.id);
    if (found?.owner !== parts?.owner || !found || !MAY_ACT[role].includes(found.role)) {
      throw new SealkeepError('CLOUD_NOT_FOUND');
    }
  }
}
