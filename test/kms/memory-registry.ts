import type { CloudRegistry } from '../../server/kms/rewrapping/cloud-registry.ts';
import { claimedKekVersion } from '../../shared/formats/wrapped-key.ts';

/** A cloud's registry in memory: one wrapped key for each resource, listed in pages, compared and swapped. */
export interface MemoryRegistry extends CloudRegistry {
  /** Wrapped keys in base64, by resource name. */
  readonly keys: Map<string, string>;
}

export function createMemoryRegistry(pageSize = 100): MemoryRegistry {
  const keys = new Map<string, string>();
  return {
    keys,
    async wrapped({ kekId, version }, after = '') {
      const hanging = [...keys]
        .filter(([name, key]) => {
          const claim = claimedKekVersion(key);
          return name > after && claim.keyId === kekId && claim.version === version;
        })
        .sort(([one], [other]) => (one < other ? -1 : 1));
      const page = hanging.slice(0, pageSize);
      const items = page.map(([resource_name, wrapped_key]) => ({ resource_name, wrapped_key }));
      const next = hanging.length > pageSize ? page.at(-1)?.[0] : undefined;
      return next === undefined ? { items } : { items, next };
    },
    async rewrapped(swaps) {
      return swaps.map(({ resource_name, was, wrapped_key }) => {
        if (keys.get(resource_name) === was) keys.set(resource_name, wrapped_key);
        return keys.get(resource_name) === wrapped_key;
      });
    },
  };
}
