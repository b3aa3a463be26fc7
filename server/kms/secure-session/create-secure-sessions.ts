import type { RequestHandler } from 'express';
import type { Schedule } from '../../../core/schedule.ts';
import type { Endpoint } from '../../platform/http/endpoint.ts';
import type { KmsParts } from '../parts.ts';
import { cryptoEndpoints } from '../session-crypto/endpoints.ts';
import { secureSessionEndpoints } from './endpoints.ts';
import { type IdentityOptions, openIdentityKeys } from './identity-keys.ts';
import { createLiveSessions } from './live-sessions.ts';
import { messageDoor } from './message-door.ts';
import { createPendingSessions } from './pending-sessions.ts';
import { removeEnded } from './remove-ended.ts';

const REMOVE_MS = 60_000;

export interface SecureSessions {
  readonly endpoints: readonly Endpoint[];
  /** Opens what comes as a message, behind the parser of bodies. */
  readonly door: RequestHandler;
  /** Ends what runs in the background, and writes down what has to outlive this process. */
  close(): Promise<void>;
}

/** The part of the KMS that keeps secure sessions. */
export async function createSecureSessions(
  parts: KmsParts,
  identityOptions: IdentityOptions,
  schedule: Schedule,
): Promise<SecureSessions> {
  const sessionParts = {
    ...parts,
    identity: await openIdentityKeys(parts, identityOptions),
    pending: createPendingSessions(parts.now),
    sessions: createLiveSessions(parts),
  };
  const { identity, sessions } = sessionParts;
  let removing: Promise<void> = Promise.resolve();
  let unschedule = schedule(REMOVE_MS, remove);
  let isClosed = false;

  function remove(): void {
    removing = removeEnded(sessionParts)
      .catch((err: unknown) => parts.logger.error({ err }, 'ended secure sessions could not be removed'))
      .then(() => {
        if (!isClosed) unschedule = schedule(REMOVE_MS, remove);
      });
  }

  return {
    endpoints: [...secureSessionEndpoints(sessionParts), ...cryptoEndpoints(sessionParts)],
    door: messageDoor(sessions, parts.now),
    async close() {
      isClosed = true;
      unschedule();
      await removing;
      await identity.close();
      await sessions.close();
    },
  };
}
