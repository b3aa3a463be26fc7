import {
  confirmReply,
  confirmRequest,
  loginReply,
  loginRequest,
  logoutRequest,
  otpQrQuery,
  passwordRequest,
  refreshRequest,
  registerReply,
  registerRequest,
  tokenReply,
} from '../../../shared/api/kms/identity.ts';
import { userName } from '../../../shared/names/user-name.ts';
import {
  anyone,
  type Endpoint,
  endpoint,
  type Guard,
  parseInput,
  rawEndpoint,
} from '../../platform/http/endpoint.ts';
import { isFromThisMachine } from '../../platform/http/is-from-this-machine.ts';
import { accountEndpoints } from './account-endpoints.ts';
import { changePassword } from './change-password.ts';
import { confirm } from './confirm.ts';
import type { IdentityParts } from './identity-parts.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { otpQr } from './otp-qr.ts';
import type { Person } from './person.ts';
import { refresh } from './refresh.ts';
import { register } from './register.ts';

/** The table of the identity endpoints: each line parses, calls, answers. */
export function identityEndpoints(parts: IdentityParts, bearer: Guard<Person>): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/register',
      guard: fromWhere,
      about: { summary: 'Begin an account', access: 'anyone', reply: registerReply },
      body: registerRequest,
      status: 201,
      handle: ({ who, body, call }) => register(parts, body, call, who),
    }),
    endpoint({
      method: 'post',
      path: '/register/confirm',
      guard: anyone,
      about: { summary: 'Confirm an account with a first code', access: 'anyone', reply: confirmReply },
      body: confirmRequest,
      handle: ({ body, call }) => confirm(parts, body, call),
    }),
    otpQrEndpoint(parts),
    endpoint({
      method: 'post',
      path: '/login',
      guard: anyone,
      about: { summary: 'Log in with password and code', access: 'anyone', reply: loginReply },
      body: loginRequest,
      handle: ({ body, call }) => login(parts, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/refresh',
      guard: anyone,
      about: { summary: 'Renew the tokens of a login', access: 'anyone', reply: tokenReply },
      body: refreshRequest,
      handle: ({ body, call }) => refresh(parts, body, call),
    }),
    endpoint({
      method: 'post',
      path: '/logout',
      guard: anyone,
      about: { summary: 'End a login', access: 'anyone' },
      body: logoutRequest,
      async handle({ body, call }) {
        await logout(parts, body, call);
        return {};
      },
    }),
    endpoint({
      method: 'post',
      path: '/password',
      guard: bearer,
      about: {
        summary: 'Change the password, which ends all other logins',
        access: 'login',
        reply: tokenReply,
      },
      body: passwordRequest,
      handle: ({ who, body, call }) => changePassword(parts, who, body, call),
    }),
    ...accountEndpoints(parts, bearer),
  ];
}

function otpQrEndpoint(parts: IdentityParts): Endpoint {
  return rawEndpoint({
    method: 'get',
    path: '/otp-qr/:user',
    guard: anyone,
    about: {
      summary: 'The picture for an authenticator app, while the account is not confirmed',
      access: 'anyone',
      replyTypes: ['image/png', 'image/svg+xml'],
    },
    async respond({ request, response }) {
      const user = parseInput(userName, request.params['user']);
      const { ticket } = parseInput(otpQrQuery, request.query);
      const type =
        request.accepts(['image/png', 'image/svg+xml']) === 'image/svg+xml' ? 'image/svg+xml' : 'image/png';
      const picture = await otpQr(parts, { user, ticket }, type);
      response.vary('Accept').type(type).send(picture);
    },
  });
}

/** Lets everybody in; what they may be depends on where they are. */
const fromWhere: Guard<boolean> = async (request) => isFromThisMachine(request);
