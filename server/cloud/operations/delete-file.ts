import { z } from 'zod';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { formatResourceName, resourceName } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint, parseInput } from '../../platform/http/endpoint.ts';
import { removeUnnamed } from '../blobs/remove-unnamed.ts';
import type { CloudParts } from '../parts.ts';
import { pairAddress } from './pair-address.ts';

const reply = z.object({ name: z.string(), resource_name: resourceName });

/**
 * `DELETE /files/:user/:filename`: the uploaded pair goes, whichever half is named; resource, wrapped key and shares
 * stay, so that local pairs go on opening. If the power goes after the commit, the next start removes the blob.
 */
export function deleteFile(parts: CloudParts): Endpoint {
  const { guard, files, now } = parts;
  return endpoint({
    method: 'delete',
    path: '/files/:user/:filename',
    guard,
    about: { summary: 'Remove an uploaded file; its wrapped key stays', access: 'cloud', reply },
    async handle({ who, params }) {
      const { user, filename } = parseInput(pairAddress, params);
      const file = await files.find({ user, name: filename.name }, who, now());
      if (file?.role !== 'owner') throw new SealkeepError('CLOUD_NOT_FOUND');
      await files.remove(file);
      await removeUnnamed(parts, file.blob);
      const resource_name = formatResourceName({ owner: file.owner, id: file.resource });
      return { name: filename.name, resource_name };
    },
  });
}
