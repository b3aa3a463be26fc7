import { isSealkeepError } from '../../../shared/errors/error.ts';
import { callOf } from '../../platform/http/call.ts';
import type { Guard } from '../../platform/http/endpoint.ts';
import type { AuditLog } from './audit-log.ts';
import { isCounted } from './count-refusals.ts';

/** A guard whose refusals of whoever showed nothing that holds are counted in the audit log. */
export function countingGuard<Who>(audit: Pick<AuditLog, 'countRefused'>, guard: Guard<Who>): Guard<Who> {
  return async (request) => {
    try {
      return await guard(request);
    } catch (error) {
      const isOne = isSealkeepError(error) && isCounted({ actor: '', operation: '', refused: error.code });
      if (isOne) audit.countRefused(callOf(request));
      throw error;
    }
  };
}
