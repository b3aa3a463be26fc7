import { z } from 'zod';
import { grant, grantList, grantRequest } from '../../../shared/api/kms/grants.ts';
import { resourceName } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import { createGrant } from './create-grant.ts';
import { deleteGrant } from './delete-grant.ts';
import { listGrants } from './list-grants.ts';

const listQuery = z.object({ resource_name: resourceName.optional() });

/** `/grants`: an owner's own, and nobody else's. */
export function grantEndpoints(parts: KmsParts, bearer: Guard<Person>): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/grants',
      guard: bearer,
      about: { summary: 'Let somebody open a resource', access: 'login', reply: grant },
      body: grantRequest,
      status: 201,
      handle: ({ who, body, call }) => createGrant(parts, call, who, body),
    }),
    endpoint({
      method: 'get',
      path: '/grants',
      guard: bearer,
      about: { summary: 'The grants that the caller made', access: 'login', reply: grantList },
      query: listQuery,
      handle: ({ who, query }) => listGrants(parts, who, query.resource_name),
    }),
    endpoint({
      method: 'delete',
      path: '/grants/:id',
      guard: bearer,
      about: { summary: 'Take a grant back', access: 'login' },
      handle: ({ who, params, call }) => deleteGrant(parts, call, who, params['id'] ?? ''),
    }),
  ];
}
