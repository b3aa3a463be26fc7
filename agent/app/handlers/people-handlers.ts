import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';
import { kmsAsPerson } from './kms-as-person.ts';

/** What administrators do. The KMS decides who is one. */
export function peopleHandlers({ account }: AppParts) {
  const kmsOf = () => kmsAsPerson(account);
  const change =
    (act: 'approve' | 'decline' | 'disable' | 'enable') => async (named: { readonly id: string }) => {
      const { kms, token } = await kmsOf();
      await kms.changeUser(token, named.id, act);
      return {};
    };
  return {
    'people.list': async () => {
      const { kms, token } = await kmsOf();
      return kms.users(token);
    },
    'people.approve': change('approve'),
    'people.decline': change('decline'),
    'people.disable': change('disable'),
    'people.enable': change('enable'),
    'people.change-role': async ({ id, ...request }) => {
      const { kms, token } = await kmsOf();
      await kms.changeRole(token, id, request);
      return {};
    },
    'people.reset-authenticator': async ({ id, code }) => {
      const { kms, token } = await kmsOf();
      return kms.handReset(token, id, code);
    },
    'invitations.list': async () => {
      const { kms, token } = await kmsOf();
      return kms.invitations(token);
    },
    'invitations.make': async (request) => {
      const { kms, token } = await kmsOf();
      return kms.invite(token, request);
    },
    'invitations.withdraw': async ({ id }) => {
      const { kms, token } = await kmsOf();
      await kms.withdrawInvitation(token, id);
      return {};
    },
  } satisfies Partial<BridgeHandlers>;
}
