import { z } from 'zod';
import { cloudFileList } from '../../../shared/api/cloud/files.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { userName } from '../../../shared/names/user-name.ts';
import { type Endpoint, endpoint, parseInput } from '../../platform/http/endpoint.ts';
import type { CloudParts } from '../parts.ts';

const params = z.object({ user: userName });

/** `GET /list/:user`: the caller's own files, or those that another person shares with them. */
export function listFiles({ guard, lists, now }: CloudParts): Endpoint {
  return endpoint({
    method: 'get',
    path: '/list/:user',
    guard,
    about: { summary: 'The own files', access: 'cloud', reply: cloudFileList },
    async handle({ who, params: given }) {
      const { user } = parseInput(params, given);
      if (user === who.name) return lists.own(who, now());
      const shared = await lists.sharedWith(who, now(), user);
      // An empty list would say that there is such a person.
      if (shared.length === 0) throw new SealkeepError('CLOUD_NOT_FOUND');
      return shared;
    },
  });
}

/** `GET /shared-with-me` */
export function listSharedWithMe({ guard, lists, now }: CloudParts): Endpoint {
  return endpoint({
    method: 'get',
    path: '/shared-with-me',
    guard,
    about: { summary: 'Files that others share with the caller', access: 'cloud', reply: cloudFileList },
    handle: ({ who }) => lists.sharedWith(who, now()),
  });
}
