import { z } from 'zod';
import {
  type authenticatorConfirmRequest,
  authenticatorReply,
  type authenticatorRequest,
  type authenticatorResetRequest,
  type deleteAccountRequest,
  endedLogins,
  loginList,
  type passwordRequest,
  recoveryCodesReply,
  type recoveryCodesRequest,
  tokenReply,
} from '../../shared/api/kms/identity.ts';
import { callForData, type Peer } from '../http/peer.ts';

const nothing = z.object({});

/** What people do to their own accounts. */
export function accountCalls(peer: Peer) {
  const post = <Schema extends z.ZodType>(path: string, json: unknown, schema: Schema, bearer?: string) =>
    callForData(peer, { method: 'POST', path, json, ...(bearer === undefined ? {} : { bearer }) }, schema);
  return {
    changePassword: (bearer: string, body: z.input<typeof passwordRequest>) =>
      post('/password', body, tokenReply, bearer),
    newAuthenticator: (bearer: string, body: z.input<typeof authenticatorRequest>) =>
      post('/authenticator', body, authenticatorReply, bearer),
    resetAuthenticator: (body: z.input<typeof authenticatorResetRequest>) =>
      post('/authenticator/reset', body, authenticatorReply),
    confirmAuthenticator: (body: z.input<typeof authenticatorConfirmRequest>) =>
      post('/authenticator/confirm', body, recoveryCodesReply),
    newRecoveryCodes: (bearer: string, body: z.input<typeof recoveryCodesRequest>) =>
      post('/recovery-codes', body, recoveryCodesReply, bearer),
    deleteAccount: (bearer: string, json: z.input<typeof deleteAccountRequest>) =>
      callForData(peer, { method: 'DELETE', path: '/account', json, bearer }, nothing),

    logins: (bearer: string) => callForData(peer, { method: 'GET', path: '/logins', bearer }, loginList),
    endLogin: (bearer: string, id: string) =>
      callForData(peer, { method: 'DELETE', path: `/logins/${encodeURIComponent(id)}`, bearer }, nothing),
    endOtherLogins: (bearer: string) =>
      callForData(peer, { method: 'DELETE', path: '/logins', bearer }, endedLogins),
  };
}
