import { z } from 'zod';
import { keyFile } from '../../formats/key-file.ts';
import { LIMITS } from '../../limits.ts';
import { fileName } from '../../names/file-name.ts';
import { randomId, resourceName } from '../../names/resource-name.ts';
import { role } from '../common.ts';

function batchOf<T extends z.ZodType>(item: T) {
  return z.array(item).min(1).max(LIMITS.batch);
}

/** A resource as it is registered: the client makes the id and says what the file is called and how long it is. */
const newResource = z.object({
  id: randomId,
  name: fileName,
  size: z.number().int().nonnegative(),
});

/** `POST /resources` */
export const resourcesRequest = z.union([z.object({ files: batchOf(newResource) }), newResource]);
export const resourceReply = z.object({ resource_name: resourceName });
export const resourcesReply = z.object({ resource_names: batchOf(resourceName), authorization: z.string() });

/** `POST /resources/names`: what the caller may open, by the name that it was registered with; the others are left out. */
export const namesRequest = z.object({ resource_names: batchOf(resourceName) });
export const namesReply = z.object({
  items: z.array(z.object({ resource_name: resourceName, name: z.string() })),
});

/** `POST /authorize` */
export const authorizeRequest = z.union([
  z.object({ resource_name: resourceName, role }),
  z.object({ resource_names: batchOf(resourceName), role }),
]);
export const authorizeReply = z.object({ authorization: z.string() });

/** `PUT /resources/keys` */
export const registryRequest = z.object({ items: batchOf(keyFile) });
export const registryReply = z.object({ stored: z.number().int().nonnegative() });
