import { z } from 'zod';
import { isServerErrorCode } from '../errors/codes.ts';
import { serviceUrl } from '../names/service-url.ts';

/** The version of the HTTP contract; a client meets a higher one as "made by a newer Sealkeep". */
export const API_VERSION = 1;

/** Where either server publishes the keys that verify its tokens. */
export const KEY_SET_PATH = '/.well-known/jwks.json';

/** The header by which a caller shows the per-launch secret of servers inside an app. */
export const LAUNCH_SECRET_HEADER = 'x-sealkeep-launch-secret';

/** `{"error": …}` of our own endpoints. An unknown code is a server that this client does not understand. */
export const errorReply = z.object({
  error: z.object({
    code: z.string().refine(isServerErrorCode),
    message: z.string(),
    details: z.record(z.string(), z.union([z.string().max(2048), z.number()])).default({}),
  }),
});

/** `GET /healthz` */
export const health = z.object({
  service: z.enum(['kms', 'cloud']),
  api: z.number().int().positive(),
  version: z.string(),
  /** What the server is called, wherever it listens. */
  url: serviceUrl,
});
export type Health = z.infer<typeof health>;

/** A time: RFC 3339 with any offset on the way in, UTC as `…T12:00:00.000Z` from there on, as our endpoints say it. */
export const timestamp = z.iso.datetime({ offset: true }).transform((text, context) => {
  const time = new Date(text);
  // An offset can lead out of the four-digit years, where times no longer compare as texts.
  const year = Number.isNaN(time.getTime()) ? Number.NaN : time.getUTCFullYear();
  if (year >= 0 && year <= 9999) return time.toISOString();
  context.addIssue('no time that there is');
  return z.NEVER;
});

export const role = z.enum(['reader', 'writer']);
export type Role = z.infer<typeof role>;
