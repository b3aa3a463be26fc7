import { z } from 'zod';
import {
  invitationList,
  invitationReply,
  type invitationRequest,
  resetReply,
  type roleRequest,
  userList,
  userReply,
} from '../../shared/api/kms/administration.ts';
import {
  type AuthenticatorRequest,
  type authenticatorConfirmRequest,
  authenticatorReply,
  type authenticatorResetRequest,
  type deleteAccountRequest,
  endedLogins,
  recoveryCodesReply,
} from '../../shared/api/kms/identity.ts';
import { callForData, type Peer } from '../http/peer.ts';

const nothing = z.object({});

/** What the KMS does for people and for those who look after them; a part of its client. */
export function peopleCalls(peer: Peer) {
  const call =
    (method: 'GET' | 'POST' | 'DELETE') =>
    <Schema extends z.ZodType>(bearer: string | undefined, path: string, schema: Schema, json?: unknown) =>
      callForData(peer, { method, path, ...(bearer === undefined ? {} : { bearer }), json }, schema);
  const [get, post, remove] = [call('GET'), call('POST'), call('DELETE')];
  const user = (id: string, what: string) => `/users/${encodeURIComponent(id)}/${what}`;
  return {
    users: (bearer: string) => get(bearer, '/users', userList),
    changeUser: (bearer: string, id: string, what: 'approve' | 'decline' | 'disable' | 'enable') =>
      post(bearer, user(id, what), userReply, {}),
    changeRole: (bearer: string, id: string, body: z.input<typeof roleRequest>) =>
      post(bearer, user(id, 'role'), userReply, body),
    handReset: (bearer: string, id: string, code: string) =>
      post(bearer, user(id, 'reset-authenticator'), resetReply, { code }),
    invite: (bearer: string, body: z.input<typeof invitationRequest>) =>
      post(bearer, '/invitations', invitationReply, body),
    invitations: (bearer: string) => get(bearer, '/invitations', invitationList),
    withdrawInvitation: (bearer: string, id: string) =>
      remove(bearer, `/invitations/${encodeURIComponent(id)}`, nothing),

    beginAuthenticator: (bearer: string, body: AuthenticatorRequest) =>
      post(bearer, '/authenticator', authenticatorReply, body),
    beginReset: (body: z.input<typeof authenticatorResetRequest>) =>
      post(undefined, '/authenticator/reset', authenticatorReply, body),
    confirmAuthenticator: (body: z.input<typeof authenticatorConfirmRequest>) =>
      post(undefined, '/authenticator/confirm', recoveryCodesReply, body),
    newRecoveryCodes: (bearer: string, code: string) =>
      post(bearer, '/recovery-codes', recoveryCodesReply, { code }),
    endLogin: (bearer: string, id: string) => remove(bearer, `/logins/${encodeURIComponent(id)}`, nothing),
    endOtherLogins: (bearer: string) => remove(bearer, '/logins', endedLogins),
    deleteAccount: (bearer: string, body: z.input<typeof deleteAccountRequest>) =>
      remove(bearer, '/account', nothing, body),
  };
}
