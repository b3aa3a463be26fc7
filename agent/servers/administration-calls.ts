import { z } from 'zod';
import {
  invitationList,
  invitationReply,
  type invitationRequest,
  resetReply,
  type resetRequest,
  type roleRequest,
  userList,
  userReply,
} from '../../shared/api/kms/administration.ts';
import { callForData, type Peer } from '../http/peer.ts';

const nothing = z.object({});

/** What administrators may do. */
export function administrationCalls(peer: Peer) {
  const user = (id: string, act: string) => `/users/${encodeURIComponent(id)}/${act}`;
  const post = <Schema extends z.ZodType>(bearer: string, path: string, json: unknown, schema: Schema) =>
    callForData(peer, { method: 'POST', path, json, bearer }, schema);
  return {
    users: (bearer: string) => callForData(peer, { method: 'GET', path: '/users', bearer }, userList),
    changeUser: (bearer: string, id: string, act: 'approve' | 'disable' | 'enable') =>
      post(bearer, user(id, act), {}, userReply),
    changeRole: (bearer: string, id: string, body: z.input<typeof roleRequest>) =>
      post(bearer, user(id, 'role'), body, userReply),
    resetUserAuthenticator: (bearer: string, id: string, body: z.input<typeof resetRequest>) =>
      post(bearer, user(id, 'reset-authenticator'), body, resetReply),
    invite: (bearer: string, body: z.input<typeof invitationRequest>) =>
      post(bearer, '/invitations', body, invitationReply),
    invitations: (bearer: string) =>
      callForData(peer, { method: 'GET', path: '/invitations', bearer }, invitationList),
    withdrawInvitation: (bearer: string, id: string) =>
      callForData(
        peer,
        { method: 'DELETE', path: `/invitations/${encodeURIComponent(id)}`, bearer },
        nothing,
      ),
  };
}
