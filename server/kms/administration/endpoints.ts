import {
  administrationParams,
  invitationList,
  invitationReply,
  invitationRequest,
  resetReply,
  resetRequest,
  roleRequest,
  userList,
  userReply,
} from '../../../shared/api/kms/administration.ts';
import { type Endpoint, endpoint, type Guard, parseInput } from '../../platform/http/endpoint.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import { createAdministratorGuard } from './administrator-guard.ts';
import { changeRole } from './change-role.ts';
import { changeUser } from './change-user.ts';
import { createInvitation } from './create-invitation.ts';
import { declineUser } from './decline-user.ts';
import { deleteInvitation } from './delete-invitation.ts';
import { listInvitations } from './list-invitations.ts';
import { resetAuthenticator } from './reset-authenticator.ts';
import { listUsers } from './users.ts';

/** What administrators may do, and nobody else. */
export function administrationEndpoints(parts: KmsParts, bearer: Guard<Person>): Endpoint[] {
  const guard = createAdministratorGuard(parts, bearer);
  const idOf = (params: Readonly<Record<string, string>>) => parseInput(administrationParams, params).id;
  const change = (kind: 'approve' | 'disable' | 'enable', summary: string) =>
    endpoint({
      method: 'post',
      path: `/users/:id/${kind}`,
      guard,
      about: { summary, access: 'administrator', reply: userReply },
      handle: ({ who, params, call }) => changeUser(parts, call, who, idOf(params), kind),
    });
  return [
    endpoint({
      method: 'get',
      path: '/users',
      guard,
      about: { summary: 'Everybody who has an account', access: 'administrator', reply: userList },
      handle: () => listUsers(parts.database),
    }),
    change('approve', 'Let somebody in who waits'),
    endpoint({
      method: 'post',
      path: '/users/:id/decline',
      guard,
      about: {
        summary: 'Turn somebody away who waits; their name is free again',
        access: 'administrator',
        reply: userReply,
      },
      handle: ({ who, params, call }) => declineUser(parts, call, who, idOf(params)),
    }),
    change('disable', 'Shut somebody out; their logins end'),
    change('enable', 'Let somebody in again'),
    endpoint({
      method: 'post',
      path: '/users/:id/role',
      guard,
      about: { summary: 'Change a role', access: 'administrator', reply: userReply },
      body: roleRequest,
      handle: ({ who, params, body, call }) => changeRole(parts, call, who, idOf(params), body),
    }),
    endpoint({
      method: 'post',
      path: '/users/:id/reset-authenticator',
      guard,
      about: {
        summary: 'Make a code for somebody who lost their authenticator',
        access: 'administrator',
        reply: resetReply,
      },
      body: resetRequest,
      handle: ({ who, params, body, call }) => resetAuthenticator(parts, call, who, idOf(params), body),
    }),
    endpoint({
      method: 'post',
      path: '/invitations',
      guard,
      about: { summary: 'Invite somebody', access: 'administrator', reply: invitationReply },
      body: invitationRequest,
      status: 201,
      handle: ({ who, body, call }) => createInvitation(parts, call, who, body),
    }),
    endpoint({
      method: 'get',
      path: '/invitations',
      guard,
      about: { summary: 'The invitations that are good', access: 'administrator', reply: invitationList },
      handle: () => listInvitations(parts),
    }),
    endpoint({
      method: 'delete',
      path: '/invitations/:id',
      guard,
      about: { summary: 'Withdraw an invitation', access: 'administrator' },
      handle: ({ who, params, call }) => deleteInvitation(parts, call, who, idOf(params)),
    }),
  ];
}
