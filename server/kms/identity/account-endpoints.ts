import {
  authenticatorConfirmRequest,
  authenticatorRequest,
  authenticatorResetRequest,
  deleteAccountRequest,
  recoveryCodesRequest,
} from '../../../shared/api/kms/identity.ts';
import { anyone, type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import { beginAuthenticator } from './begin-authenticator.ts';
import { confirmAuthenticator } from './confirm-authenticator.ts';
import { deleteAccount } from './delete-account.ts';
import { endLogin } from './end-login.ts';
import { endOtherLogins } from './end-other-logins.ts';
import type { IdentityParts } from './identity-parts.ts';
import { listLogins } from './list-logins.ts';
import { newRecoveryCodes } from './new-recovery-codes.ts';
import type { Person } from './person.ts';
import { resetAuthenticator } from './reset-authenticator.ts';

/** What people do to their own accounts. */
export function accountEndpoints(parts: IdentityParts, bearer: Guard<Person>): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/logins',
      guard: bearer,
      handle: ({ who }) => listLogins(parts, who),
    }),
    endpoint({
      method: 'delete',
      path: '/logins',
      guard: bearer,
      handle: ({ who, call }) => endOtherLogins(parts, who, call),
    }),
    endpoint({
      method: 'delete',
      path: '/logins/:id',
      guard: bearer,
      async handle({ who, params, call }) {
        await endLogin(parts, who, params['id'] ?? '', call);
        return {};
      },
    }),
    endpoint({
      method: 'post',
      path: '/authenticator',
      guard: bearer,
      body: authenticatorRequest,
      handle: ({ who, body, call }) => beginAuthenticator(parts, who, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/authenticator/reset',
      guard: anyone,
      body: authenticatorResetRequest,
      handle: ({ body, call }) => resetAuthenticator(parts, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/authenticator/confirm',
      guard: anyone,
      body: authenticatorConfirmRequest,
      handle: ({ body, call }) => confirmAuthenticator(parts, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/recovery-codes',
      guard: bearer,
      body: recoveryCodesRequest,
      handle: ({ who, body, call }) => newRecoveryCodes(parts, who, body, call),
    }),
    endpoint({
      method: 'delete',
      path: '/account',
      guard: bearer,
      body: deleteAccountRequest,
      handle: ({ who, body, call }) => deleteAccount(parts, who, body, call),
    }),
  ];
}
