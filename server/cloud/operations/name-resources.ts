import { namesReply, namesRequest } from '../../../shared/api/cloud/resources.ts';
import { formatResourceName, splitResourceName } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import type { CloudParts } from '../parts.ts';

/** `POST /resources/names`: what files are called, uploaded or not, for whoever may open them. */
export function nameResources({ guard, resources, now }: CloudParts): Endpoint {
  return endpoint({
    method: 'post',
    path: '/resources/names',
    guard,
    about: { summary: 'The names of resources, uploaded or not', access: 'cloud', reply: namesReply },
    body: namesRequest,
    async handle({ who, body }) {
      const asked = new Set(body.resource_names);
      const ids = [...asked].flatMap((text) => splitResourceName(text)?.id ?? []);
      const access = await resources.accessTo(ids, who, now());
      const known = [...access].map(([id, { owner, name }]) => ({
        resource_name: formatResourceName({ owner, id }),
        name,
      }));
      // An id under another owner's name is another resource.
      return { items: known.filter(({ resource_name }) => asked.has(resource_name)) };
    },
  });
}
