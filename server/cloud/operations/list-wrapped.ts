import { WRAPPED_PAGE, wrappedQuery, wrappedReply } from '../../../shared/api/cloud/rewrapping.ts';
import { formatResourceName } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import type { CloudParts } from '../parts.ts';

/** `GET /keys/wrapped`: for the KMS alone, which rewraps what hangs on a KEK version that it superseded. */
export function listWrapped({ kmsGuard, wrappedKeys }: CloudParts): Endpoint {
  return endpoint({
    method: 'get',
    path: '/keys/wrapped',
    guard: kmsGuard,
    about: { summary: 'Wrapped keys that hang on a KEK version', access: 'kms', reply: wrappedReply },
    query: wrappedQuery,
    async handle({ query: { version, after = '' } }) {
      const found = await wrappedKeys.hangingOn(version, after, WRAPPED_PAGE);
      const items = found.map(({ resource, owner, wrappedKey }) => ({
        resource_name: formatResourceName({ owner, id: resource }),
        wrapped_key: wrappedKey,
      }));
      const last = found.at(-1)?.resource;
      const isFull = new Set(found.map(({ resource }) => resource)).size === WRAPPED_PAGE;
      return { items, ...(isFull && last !== undefined ? { next: last } : {}) };
    },
  });
}
