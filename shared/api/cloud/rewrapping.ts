import { z } from 'zod';
import { base64Text } from '../../encoding/base64.ts';
import { LIMITS } from '../../limits.ts';
import { randomId, resourceName } from '../../names/resource-name.ts';

/** What the KMS alone asks of the cloud, with a service token: the wrapped keys that hang on a KEK version. */

const wrappedKey = base64Text(1, (LIMITS.wrappedKeyText / 4) * 3);
/** `KEK_ID/VERSION` */
const kekVersion = z
  .string()
  .regex(/^[\w-]{22}\/[1-9]\d{0,9}$/)
  .transform((text) => {
    const [keyId = '', version] = text.split('/');
    return { keyId, version: Number(version) };
  });

/** How many resources one reply lists: rewrapped at a stretch, while calls wait. */
export const WRAPPED_PAGE = 100;

/** `GET /keys/wrapped?version=KEK_ID/VERSION&after=ID` */
export const wrappedQuery = z.object({ version: kekVersion, after: randomId.optional() });
/** By resource; one that was sealed anew and not uploaded since has two. */
export const wrappedReply = z.object({
  items: z.array(z.object({ resource_name: resourceName, wrapped_key: wrappedKey })),
  /** What to ask with as `after` for the rest; absent at the end. */
  next: randomId.optional(),
});

/** One wrapped key, and what it is to be replaced by. */
const swap = z.object({ resource_name: resourceName, was: wrappedKey, wrapped_key: wrappedKey });
export type Swap = z.infer<typeof swap>;
/** `POST /keys/rewrapped`: each item replaces `was`, wherever it stands, and nothing else. */
export const rewrappedRequest = z.object({ items: z.array(swap).min(1).max(LIMITS.batch) });
/** For each item in its order: whether `wrapped_key` stands there now. */
export const rewrappedReply = z.object({ swapped: z.array(z.boolean()) });
