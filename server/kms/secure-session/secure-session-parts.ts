import type { KmsParts } from '../parts.ts';
import type { IdentityKeys } from './identity-keys.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { PendingSessions } from './pending-sessions.ts';

/** What the operations on secure sessions stand on. */
export interface SecureSessionParts extends KmsParts {
  readonly identity: IdentityKeys;
  readonly pending: PendingSessions;
  readonly sessions: LiveSessions;
}
