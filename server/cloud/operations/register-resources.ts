import { z } from 'zod';
import { resourceReply, resourcesReply, resourcesRequest } from '../../../shared/api/cloud/resources.ts';
import { formatResourceName } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import type { CloudParts } from '../parts.ts';

/** `POST /resources`: the caller's new resources. A batch is there as a whole, and comes with its writer's token. */
export function registerResources({ guard, resources, authorizations, now }: CloudParts): Endpoint {
  return endpoint({
    method: 'post',
    path: '/resources',
    guard,
    about: {
      summary: 'Register new resources of one’s own',
      access: 'cloud',
      reply: z.union([resourcesReply, resourceReply]),
    },
    body: resourcesRequest,
    async handle({ who, body }) {
      const nameOf = ({ id }: { readonly id: string }) => formatResourceName({ owner: who.id, id });
      if (!('files' in body)) {
        await resources.add(who.id, [body], now());
        return { resource_name: nameOf(body) };
      }
      await resources.add(who.id, body.files, now());
      const resource_names = body.files.map(nameOf);
      const authorization = await authorizations.sign(who, 'writer', { resource_names });
      return { resource_names, authorization };
    },
  });
}
