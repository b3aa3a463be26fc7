import { z } from 'zod';
import {
  type Share,
  shareList,
  share as shareReply,
  shareRequest,
  sharesQuery,
} from '../../../shared/api/cloud/files.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { formatResourceName, randomId } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint, parseInput } from '../../platform/http/endpoint.ts';
import type { Caller } from '../caller.ts';
import type { CloudParts } from '../parts.ts';
import type { StoredShare } from '../stores/share-store.ts';

/** `POST /shares`: makes one of the caller's uploaded files visible to somebody, or changes how it is. */
export function createShare({ guard, files, shares, now }: CloudParts): Endpoint {
  return endpoint({
    method: 'post',
    path: '/shares',
    guard,
    about: { summary: 'Share a file', access: 'cloud', reply: shareReply },
    body: shareRequest,
    status: 201,
    async handle({ who, body }) {
      const until = body.until === undefined ? undefined : new Date(body.until);
      if (body.with === who.name) throw new SealkeepError('REQUEST_INVALID', { reason: 'with' });
      if (until && until <= now()) throw new SealkeepError('REQUEST_INVALID', { reason: 'until' });
      const file = await files.find({ user: who.name, name: body.name }, who, now());
      if (file?.role !== 'owner') throw new SealkeepError('CLOUD_NOT_FOUND');
      const share = { resource: file.resource, with: body.with, role: body.role, until };
      const id = await shares.put(share, now());
      return shareOf(who, { ...share, id, name: body.name, until: until?.toISOString() ?? null });
    },
  });
}

/** `GET /shares?name=`: those that the caller made, ended ones too, so that they can be told and removed. */
export function listShares({ guard, shares }: CloudParts): Endpoint {
  return endpoint({
    method: 'get',
    path: '/shares',
    guard,
    about: { summary: 'The shares that the caller made', access: 'cloud', reply: shareList },
    query: sharesQuery,
    async handle({ who, query }) {
      const made = await shares.madeBy(who.id, query.name);
      return made.map((share) => shareOf(who, share));
    },
  });
}

const params = z.object({ id: randomId });

/** `DELETE /shares/:id`: only by whoever made it. */
export function deleteShare({ guard, shares }: CloudParts): Endpoint {
  return endpoint({
    method: 'delete',
    path: '/shares/:id',
    guard,
    about: { summary: 'Stop sharing', access: 'cloud', reply: shareReply.pick({ id: true }) },
    async handle({ who, params: given }) {
      const { id } = parseInput(params, given);
      if (!(await shares.remove(who.id, id))) throw new SealkeepError('CLOUD_NOT_FOUND');
      return { id };
    },
  });
}

function shareOf(owner: Caller, { resource, until, ...share }: StoredShare): Share {
  const resource_name = formatResourceName({ owner: owner.id, id: resource });
  return { ...share, resource_name, ...(until === null ? {} : { until }) };
}
