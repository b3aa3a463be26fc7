import { registryReply, registryRequest } from '../../../shared/api/cloud/resources.ts';
import { type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import { assertAccess } from '../access.ts';
import type { CloudParts } from '../parts.ts';
import { registeredKeyOf } from './registered-key.ts';

/**
 * `PUT /resources/keys`: the registry's copies, all or none. The owner's alone, as uploads are: a writer could
 * only make what is stored unreadable with it.
 */
export function storeKeys(parts: CloudParts): Endpoint {
  return endpoint({
    method: 'put',
    path: '/resources/keys',
    guard: parts.guard,
    about: { summary: 'Keep wrapped keys in the registry', access: 'cloud', reply: registryReply },
    body: registryRequest,
    async handle({ who, body: { items } }) {
      await assertAccess(
        parts,
        who,
        'owner',
        items.map((item) => item.resource_name),
      );
      await parts.registry.put(items.map(registeredKeyOf));
      return { stored: items.length };
    },
  });
}
