import {
  authenticatorConfirmRequest,
  authenticatorReply,
  authenticatorRequest,
  authenticatorResetRequest,
  deleteAccountRequest,
  endedLogins,
  loginList,
  recoveryCodesReply,
  recoveryCodesRequest,
} from '../../../shared/api/kms/identity.ts';
import { anyone, type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import { beginAuthenticator } from './begin-authenticator.ts';
import { beginResetAuthenticator } from './begin-reset-authenticator.ts';
import { confirmAuthenticator } from './confirm-authenticator.ts';
import { deleteAccount } from './delete-account.ts';
import { endLogin } from './end-login.ts';
import { endOtherLogins } from './end-other-logins.ts';
import type { IdentityParts } from './identity-parts.ts';
import { listLogins } from './list-logins.ts';
import { newRecoveryCodes } from './new-recovery-codes.ts';
import type { Person } from './person.ts';

/** What people do to their own accounts. */
export function accountEndpoints(parts: IdentityParts, bearer: Guard<Person>): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/logins',
      guard: bearer,
      about: { summary: 'The own logins', access: 'login', reply: loginList },
      handle: ({ who }) => listLogins(parts, who),
    }),
    endpoint({
      method: 'delete',
      path: '/logins',
      guard: bearer,
      about: { summary: 'End all own logins but this one', access: 'login', reply: endedLogins },
      handle: ({ who, call }) => endOtherLogins(parts, who, call),
    }),
    endpoint({
      method: 'delete',
      path: '/logins/:id',
      guard: bearer,
      about: { summary: 'End one of the own logins', access: 'login' },
      async handle({ who, params, call }) {
        await endLogin(parts, who, params['id'] ?? '', call);
        return {};
      },
    }),
    endpoint({
      method: 'post',
      path: '/authenticator',
      guard: bearer,
      about: {
        summary: 'Begin to replace the own authenticator',
        access: 'login',
        reply: authenticatorReply,
      },
      body: authenticatorRequest,
      handle: ({ who, body, call }) => beginAuthenticator(parts, who, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/authenticator/reset',
      guard: anyone,
      about: {
        summary: 'Begin to replace an authenticator with a code from an administrator',
        access: 'anyone',
        reply: authenticatorReply,
      },
      body: authenticatorResetRequest,
      handle: ({ body, call }) => beginResetAuthenticator(parts, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/authenticator/confirm',
      guard: anyone,
      about: {
        summary: 'Confirm a new authenticator with a first code, which ends all logins',
        access: 'anyone',
        reply: recoveryCodesReply,
      },
      body: authenticatorConfirmRequest,
      handle: ({ body, call }) => confirmAuthenticator(parts, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/recovery-codes',
      guard: bearer,
      about: {
        summary: 'Ten new recovery codes in the place of the present ones',
        access: 'login',
        reply: recoveryCodesReply,
      },
      body: recoveryCodesRequest,
      handle: ({ who, body, call }) => newRecoveryCodes(parts, who, body, call),
    }),
    endpoint({
      method: 'delete',
      path: '/account',
      guard: bearer,
      about: { summary: 'Delete the own account and all its keys', access: 'login' },
      body: deleteAccountRequest,
      handle: ({ who, body, call }) => deleteAccount(parts, who, body, call),
    }),
  ];
}
