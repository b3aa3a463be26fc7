import { z } from 'zod';
import { resourceName } from '../../names/resource-name.ts';
import { userName } from '../../names/user-name.ts';
import { role, timestamp } from '../common.ts';

/** `POST /grants`: the owner's word that somebody may open (reader) or also seal anew (writer) one resource. */
export const grantRequest = z.object({
  resource_name: resourceName,
  with: userName,
  role,
  until: timestamp.optional(),
});

export const grant = z.object({
  id: z.string(),
  resource_name: resourceName,
  with: z.string(),
  role,
  until: timestamp.optional(),
});
export type Grant = z.infer<typeof grant>;
export const grantList = z.array(grant);
