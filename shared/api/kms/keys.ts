import { z } from 'zod';
import { LIMITS } from '../../limits.ts';
import { randomId, resourceName } from '../../names/resource-name.ts';
import { timestamp } from '../common.ts';
import { totpCode } from './identity.ts';

/** The keys group keeps the camelCase of the system it comes from (DESIGN.md, KMS over HTTP). */

const version = z.number().int().min(1).max(0xffff_ffff);
const count = z.number().int().nonnegative();

/** `POST /keys/rotate` */
export const keyRequest = z.object({ keyId: randomId });
/** `POST /keys/generate`, `/keys/rotate` */
export const keyVersionReply = z.object({ keyId: z.string(), version });

/** `POST /keys/retire`, `/keys/cancel-destruction` */
export const versionRequest = z.object({ keyId: randomId, version });
/** `POST /keys/disable`, `/keys/enable`: what may lose or open something asks for a fresh code. */
export const versionCodeRequest = versionRequest.extend({ code: totpCode });
/** `POST /keys/schedule-destruction` */
export const destructionRequest = versionCodeRequest.extend({
  days: z.number().int().min(7).max(30).default(30),
});

const keyVersionStatus = z.enum([
  'active',
  'readable',
  'retired',
  'disabled',
  'destruction_scheduled',
  'destroyed',
]);

const keyVersion = z.object({
  version,
  createdAt: timestamp,
  status: keyVersionStatus,
  /** When the grace period of a readable version ends, and when a scheduled destruction comes. */
  expiresAt: timestamp.optional(),
  /** The census: how many wrapped keys hang on it. */
  needed: count,
});
export type KeyVersionReply = z.infer<typeof keyVersion>;

/** `POST /keys/retire`, `/keys/disable`, `/keys/enable`, `/keys/schedule-destruction`, `/keys/cancel-destruction` */
export const versionStateReply = keyVersion.pick({ version: true, status: true, expiresAt: true });
export type VersionStateReply = z.infer<typeof versionStateReply>;

/** `GET /keys/:keyId` */
export const keyReply = z.object({
  keyId: z.string(),
  createdAt: timestamp,
  /** Whether it wraps where a call names no `key_id`. */
  isFirst: z.boolean(),
  versions: z.array(keyVersion),
  /** How many files' newest wrap hangs, or hung, on a version that was revoked: they want to be sealed anew. */
  needingNewKey: count,
  /** How old its active version gets before it has another one by itself; 0 where that never happens. */
  rotationDays: count,
});
export type KeyReply = z.infer<typeof keyReply>;
/** `GET /keys` */
export const keyListReply = z.array(keyReply);

/** `GET /keys/:keyId/census?version=&after=` and, with `needs=new-key`, the files that want a new DEK. */
export const censusQuery = z.object({
  version: z.coerce.number().pipe(version).optional(),
  needs: z.literal('new-key').optional(),
  after: z
    .string()
    .max(LIMITS.resourceName + 12)
    .optional(),
});
export type CensusQuery = z.output<typeof censusQuery>;
export const censusReply = z.object({
  items: z.array(z.object({ resourceName: z.string(), generation: z.number().int(), version })),
  /** What to ask with as `after` for the rest; absent at the end. */
  next: z.string().optional(),
});
export type CensusReply = z.infer<typeof censusReply>;

/** `POST /keys/shred`: the owner gives resources up, for good. */
export const shredRequest = z.object({
  resourceNames: z.array(resourceName).min(1).max(LIMITS.batch),
  code: totpCode,
});
export const shredReply = z.object({ shredded: count });

/** `POST /keys/release`: nothing was sealed with what was wrapped for these resources, says their owner. */
export const releaseRequest = shredRequest.omit({ code: true });
/** How many wraps stopped counting. */
export const releaseReply = z.object({ released: count });
