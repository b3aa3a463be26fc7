import { rewrappedReply, rewrappedRequest } from '../../../shared/api/cloud/rewrapping.ts';
import { type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import type { CloudParts } from '../parts.ts';

/** `POST /keys/rewrapped`: for the KMS alone. A key that was sealed anew meanwhile is not touched. */
export function storeRewrapped({ kmsGuard, wrappedKeys }: CloudParts): Endpoint {
  return endpoint({
    method: 'post',
    path: '/keys/rewrapped',
    guard: kmsGuard,
    about: {
      summary: 'Put rewrapped keys in the place of those that they came from',
      access: 'kms',
      reply: rewrappedReply,
    },
    body: rewrappedRequest,
    handle: async ({ body: { items } }) => ({ swapped: await wrappedKeys.swap(items) }),
  });
}
