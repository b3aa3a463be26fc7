import type { Request } from 'express';
import { randomId } from '../../../core/crypto/random.ts';

const REQUEST_ID = Symbol('request id');

/** What a handler may know of the call beside its parsed input. */
export interface Call {
  /** Names the request in logs, in the audit log and to the caller. */
  readonly requestId: string;
  /** The caller's address; a trusted proxy's word for it where one stands between. */
  readonly address: string;
}

/** The same for every look at one request. */
export function callOf(request: Request): Call {
  const marked: Request & { [REQUEST_ID]?: string } = request;
  marked[REQUEST_ID] ??= randomId();
  return { requestId: marked[REQUEST_ID], address: request.ip ?? '' };
}

/** The token of `Authorization: Bearer …`, or undefined. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(request.get('authorization') ?? '')?.[1];
}
