import type { Request } from 'express';
import { randomId } from '../../../core/crypto/random.ts';

const REQUEST_ID = Symbol('request id');
const IN_SESSION = Symbol('in a secure session');

/** What a handler may know of the call beside its parsed input. */
export interface Call {
  /** Names the request in logs, in the audit log and to the caller. */
  readonly requestId: string;
  /** The caller's address; a trusted proxy's word for it where one stands between. */
  readonly address: string;
}

interface Marks {
  [REQUEST_ID]?: string;
  [IN_SESSION]?: true;
}

/** The same for every look at one request. */
export function callOf(request: Request): Call {
  const marked: Request & Marks = request;
  marked[REQUEST_ID] ??= randomId();
  return { requestId: marked[REQUEST_ID], address: request.ip ?? '' };
}

/** For whoever has opened the message that a request came as. */
export function markInSession(request: Request & Marks): void {
  request[IN_SESSION] = true;
}

/** Whether a request came as a message of a secure session, and is answered as one. */
export function isInSession(request: Request & Marks): boolean {
  return request[IN_SESSION] ?? false;
}

/** A path as Express finds its routes: capitals and one trailing slash do not count. */
export function plainPath(path: string): string {
  const lower = path.toLowerCase();
  return lower.length > 1 && lower.endsWith('/') ? lower.slice(0, -1) : lower;
}

/** Whether something follows the headers. */
export function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The token of `Authorization: Bearer …`, or undefined. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(request.get('authorization') ?? '')?.[1];
}
