import { z } from 'zod';
import {
  invitationList,
  invitationReply,
  invitationRequest,
  resetReply,
  resetRequest,
  roleRequest,
  userList,
} from '../api/kms/administration.ts';
import { randomId } from '../names/resource-name.ts';
import { nothing } from './common.ts';

const named = z.object({ id: randomId });

/** For administrators; anybody else is refused with ADMINISTRATOR_REQUIRED. */
export const PEOPLE_CALLS = {
  'people.list': { input: nothing, output: userList },
  'people.approve': { input: named, output: nothing },
  /** Turns away who waits; their name is free again. */
  'people.decline': { input: named, output: nothing },
  /** Ends their logins at once. */
  'people.disable': { input: named, output: nothing },
  'people.enable': { input: named, output: nothing },
  'people.change-role': { input: roleRequest.extend(named.shape), output: nothing },
  /** @returns the code to hand over, once. */
  'people.reset-authenticator': { input: resetRequest.extend(named.shape), output: resetReply },
  'invitations.list': { input: nothing, output: invitationList },
  /** @returns what is to be handed over, once. */
  'invitations.make': { input: invitationRequest, output: invitationReply },
  'invitations.withdraw': { input: named, output: nothing },
} as const;
