import { z } from 'zod';
import { randomId } from '../../names/resource-name.ts';
import { timestamp } from '../common.ts';
import { totpCode } from './identity.ts';
import { userRole } from './user-role.ts';

/** Of `server/kms/identity/user-state.ts`. */
export const userState = z.enum(['enrolling', 'pending', 'active', 'disabled', 'deleted']);
export type UserState = z.infer<typeof userState>;

/** `:id` of `/users/:id/…` and `/invitations/:id`. */
export const administrationParams = z.object({ id: randomId });

/** `GET /users`, `POST /users/:id/approve`, `/decline` (as deleted), `/disable`, `/enable`, `/role` */
export const userReply = z.object({
  id: z.string(),
  user: z.string(),
  role: userRole,
  state: userState,
  created_at: timestamp,
  /** When a login of theirs last got or renewed its tokens; absent before the first. */
  last_seen_at: timestamp.optional(),
  /** Logins that have not ended. */
  logins: z.number().int().nonnegative(),
});
export type UserReply = z.infer<typeof userReply>;
export const userList = z.array(userReply);

/** `POST /users/:id/role` */
export const roleRequest = z.object({ role: userRole, code: totpCode });

/** `POST /users/:id/reset-authenticator`, answered once with the code to hand over. */
export const resetRequest = z.object({ code: totpCode });
export const resetReply = z.object({ reset_code: z.string(), until: timestamp });

/** `POST /invitations`: good for one person, for 7 days where `until` is not given, and for 30 at most. */
export const invitationRequest = z.object({ until: timestamp.optional() });
export const invitationReply = z.object({ id: z.string(), invitation: z.string(), until: timestamp });

/** `GET /invitations`: those that are good; what is to be handed over is said once only. */
const invitation = z.object({
  id: z.string(),
  /** The administrator who made it. */
  by: z.string(),
  created_at: timestamp,
  until: timestamp,
});
export type Invitation = z.infer<typeof invitation>;
export const invitationList = z.array(invitation);
