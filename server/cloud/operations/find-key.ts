import { z } from 'zod';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { keyFile, parseKeyFile } from '../../../shared/formats/key-file.ts';
import { randomId } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint, parseInput } from '../../platform/http/endpoint.ts';
import type { CloudParts } from '../parts.ts';

const params = z.object({ id: randomId });

/** `GET /resources/:id/key`: the newest registered `.key`, uploaded or not, for whoever may open the resource. */
export function findKey({ guard, resources, registry, now }: CloudParts): Endpoint {
  return endpoint({
    method: 'get',
    path: '/resources/:id/key',
    guard,
    about: {
      summary: 'The wrapped key of a resource, whether it was uploaded or not',
      access: 'cloud',
      reply: keyFile,
    },
    async handle({ who, params: given }) {
      const { id } = parseInput(params, given);
      const access = await resources.accessTo([id], who, now());
      const text = access.has(id) ? await registry.find(id) : undefined;
      if (text === undefined) throw new SealkeepError('CLOUD_NOT_FOUND');
      return parseKeyFile(text);
    },
  });
}
