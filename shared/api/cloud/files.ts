import { z } from 'zod';
import { resourceName } from '../../names/resource-name.ts';
import { userName } from '../../names/user-name.ts';
import { role, timestamp } from '../common.ts';

/** `POST /upload` answers; its body is multipart with the parts `enc_file` and `enc_key`. */
export const uploadReply = z.object({
  name: z.string(),
  /** Bytes of the `.enc`. */
  size: z.number().int().nonnegative(),
  resource_name: resourceName,
});

/** `GET /list/:user` and `GET /shared-with-me` */
const cloudFile = z.object({
  name: z.string(),
  /** Bytes of the plaintext, as the `.key` claims. */
  size: z.number().int().nonnegative(),
  resource_name: resourceName,
  /** The owner's user name. */
  owner: z.string(),
  role: z.enum(['owner', 'reader', 'writer']),
  shared_with: z.array(z.string()),
  /** The version of the KEK that the registered wrapped key hangs on. */
  key_version: z.number().int().positive(),
  changed_at: timestamp,
});
export type CloudFile = z.infer<typeof cloudFile>;
export const cloudFileList = z.array(cloudFile);

/** `POST /shares` */
export const shareRequest = z.object({
  name: z.string().min(1).max(255),
  with: userName,
  role,
  until: timestamp.optional(),
});
export const share = z.object({
  id: z.string(),
  name: z.string(),
  resource_name: resourceName,
  with: z.string(),
  role,
  until: timestamp.optional(),
});
export type Share = z.infer<typeof share>;
export const shareList = z.array(share);

/** `GET /shares?name=` */
export const sharesQuery = z.object({ name: z.string().min(1).max(255).optional() });
