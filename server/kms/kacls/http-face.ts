import type { RequestHandler } from 'express';
import { errorSentence } from '../../../shared/messages/en.ts';
import { plainPath } from '../../platform/http/call.ts';
import { type ErrorShape, ownErrorShape } from '../../platform/http/error-reply.ts';

/** How the KACLS paths look from outside: their errors (kacls.md §4) and which pages may call them (§1). */
const KACLS_PATHS = new Set([
  '/wrap',
  '/unwrap',
  '/wrap/batch',
  '/unwrap/batch',
  '/digest',
  '/rewrap',
  '/delegate',
  '/privilegedwrap',
  '/privilegedunwrap',
  '/status',
  '/certs',
]);

/** The one origin that Google documents. Pages call with tokens in the body: no cookies, no credentials. */
const CSE_ORIGIN = 'https://client-side-encryption.google.com';
const PREFLIGHT_SECONDS = '600';

function isKaclsPath(path: string): boolean {
  return KACLS_PATHS.has(plainPath(path));
}

/** Pages that may call a path, for the front door. */
export function originsOf(path: string): readonly string[] {
  return isKaclsPath(path) ? [CSE_ORIGIN] : [];
}

/** Before the front door, so that its refusals can be read by a page as well. */
export const allowCseOrigin: RequestHandler = (request, response, next) => {
  if (isKaclsPath(request.path)) {
    response.vary('Origin');
    const origin = request.get('origin');
    if (origin === CSE_ORIGIN) response.set('Access-Control-Allow-Origin', origin);
  }
  next();
};

/** Answers preflights, behind the front door. */
export const answerPreflight: RequestHandler = (request, response, next) => {
  if (request.method !== 'OPTIONS' || !isKaclsPath(request.path)) {
    next();
    return;
  }
  response
    .set({
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers': 'Content-Type',
      'Access-Control-Max-Age': PREFLIGHT_SECONDS,
    })
    .status(204)
    .end();
};

/** `{code, message, details}`: details is our code and the request's id, nothing of what happened inside. */
const kaclsErrorShape: ErrorShape = (response, error, call) => {
  response.json({
    code: error.status,
    message: errorSentence(error.code, error.details),
    details: `${error.code} ${call.requestId}`,
  });
};

export function errorShapeOf(path: string): ErrorShape {
  return isKaclsPath(path) ? kaclsErrorShape : ownErrorShape;
}
