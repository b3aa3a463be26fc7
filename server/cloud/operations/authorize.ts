import { authorizeReply, authorizeRequest } from '../../../shared/api/cloud/resources.ts';
import { type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import { assertAccess } from '../access.ts';
import type { CloudParts } from '../parts.ts';

/** `POST /authorize`: an authorization token for one resource, or one for a batch in the request's order. */
export function authorize(parts: CloudParts): Endpoint {
  return endpoint({
    method: 'post',
    path: '/authorize',
    guard: parts.guard,
    about: { summary: 'An authorization token for resources', access: 'cloud', reply: authorizeReply },
    body: authorizeRequest,
    async handle({ who, body: { role, ...resources } }) {
      const names = 'resource_name' in resources ? [resources.resource_name] : resources.resource_names;
      await assertAccess(parts, who, role, names);
      return { authorization: await parts.authorizations.sign(who, role, resources) };
    },
  });
}
