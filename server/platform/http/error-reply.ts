import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isFullDatabase } from '../../../core/durable/sqlite.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import { errorSentence } from '../../../shared/messages/en.ts';
import { type Call, callOf } from './call.ts';

/** Writes one error as a path's callers expect it. */
export type ErrorShape = (response: Response, error: SealkeepError, call: Call) => void;

/** `{"error": {"code", "message", "details"}}`, the shape of our own endpoints. */
export const ownErrorShape: ErrorShape = (response, error, call) => {
  response.json({
    error: {
      code: error.code,
      message: errorSentence(error.code, error.details),
      details: { ...error.details, request: call.requestId },
    },
  });
};

/**
 * The last middleware: whatever was thrown becomes a reply of the closed union; what is not ours is logged and says
 * INTERNAL.
 */
export function errorReply(logger: Logger, shapeOf: (path: string) => ErrorShape): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const error = asSealkeepError(thrown);
    const call = callOf(request);
    // The pattern, not the path: that one holds names of people and files.
    const route = String(request.route?.path ?? 'none');
    const line = { request: call.requestId, method: request.method, route, code: error.code };
    if (error.status >= 500) logger.error({ ...line, err: error.cause ?? error }, 'request failed');
    else logger.info(line, 'request refused');
    if (response.headersSent) {
      // The reply has begun: a broken connection is the only way left to say that it is not whole.
      next(error);
      return;
    }
    response.status(error.status);
    const retryAfter = error.details['retry_after'];
    if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
    shapeOf(request.path)(response, error, call);
  };
}

function asSealkeepError(thrown: unknown): SealkeepError {
  if (isSealkeepError(thrown)) return thrown;
  if (isFullDatabase(thrown)) return new SealkeepError('STORE_FULL', {}, { cause: thrown });
  // What Express's body parser throws says its kind in `type`, and a URL that can't be decoded its status.
  const { type, status } = Object(thrown) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new SealkeepError('REQUEST_TOO_LARGE');
  if (typeof status === 'number' && status < 500)
    return new SealkeepError('REQUEST_INVALID', {}, { cause: thrown });
  return new SealkeepError('INTERNAL', {}, { cause: thrown });
}
