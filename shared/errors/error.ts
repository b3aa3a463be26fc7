import { ERROR_STATUS, type ErrorCode } from './codes.ts';

/** What a sentence needs beside the code: names, addresses, numbers. Never a secret: details are logged and shown. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/**
 * The one error class. `code` is for callers, `details` fill the sentence that `shared/messages/` has for the code,
 * and `cause` keeps what really happened for tests and for whoever debugs; no border lets it through.
 */
export class SealkeepError extends Error {
  override readonly name = 'SealkeepError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(code, options);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** True for a SealkeepError, of this code if one is named. */
export function isSealkeepError(value: unknown, code?: ErrorCode): value is SealkeepError {
  return value instanceof SealkeepError && (code === undefined || value.code === code);
}
