import {
  delegateReply,
  delegateRequest,
  digestReply,
  digestRequest,
  exportReply,
  exportRequest,
  privilegedUnwrapRequest,
  privilegedWrapRequest,
  rewrapReply,
  rewrapRequest,
  statusReply,
  unwrapBatchReply,
  unwrapBatchRequest,
  unwrapReply,
  unwrapRequest,
  wrapBatchReply,
  wrapBatchRequest,
  wrapReply,
  wrapRequest,
} from '../../../shared/api/kms/kacls.ts';
import { anyone, type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import { delegate } from './delegate.ts';
import { digest } from './digest.ts';
import { exportKey } from './export-key.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { privilegedUnwrap } from './privileged-unwrap.ts';
import { privilegedWrap } from './privileged-wrap.ts';
import { rewrap } from './rewrap.ts';
import { status } from './status.ts';
import { unwrap } from './unwrap.ts';
import { unwrapBatch } from './unwrap-batch.ts';
import { wrap } from './wrap.ts';
import { wrapBatch } from './wrap-batch.ts';

/** Paths that take a body of up to 4 MiB. */
export const BATCH_PATHS = ['/wrap/batch', '/unwrap/batch'];

/** `anyone`, because these calls carry their tokens in the body (kacls.md §3), where the operations verify them. */
export function kaclsEndpoints(parts: KaclsParts, version: string): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/wrap',
      guard: anyone,
      about: { summary: 'Wrap a DEK', access: 'tokens-in-body', reply: wrapReply },
      body: wrapRequest,
      bare: true,
      handle: ({ body, call }) => wrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/unwrap',
      guard: anyone,
      about: { summary: 'Unwrap a DEK', access: 'tokens-in-body', reply: unwrapReply },
      body: unwrapRequest,
      bare: true,
      handle: ({ body, call }) => unwrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/wrap/batch',
      guard: anyone,
      about: {
        summary: 'Wrap the DEKs of up to 1,000 resources, all or none',
        access: 'tokens-in-body',
        reply: wrapBatchReply,
      },
      body: wrapBatchRequest,
      bare: true,
      handle: ({ body, call }) => wrapBatch(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/unwrap/batch',
      guard: anyone,
      about: {
        summary: 'Unwrap the DEKs of up to 1,000 resources, all or none',
        access: 'tokens-in-body',
        reply: unwrapBatchReply,
      },
      body: unwrapBatchRequest,
      bare: true,
      handle: ({ body, call }) => unwrapBatch(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/unwrap/export',
      guard: anyone,
      about: {
        summary: 'Unwrap a DEK for its owner to see, with a fresh code',
        access: 'tokens-in-body',
        reply: exportReply,
      },
      body: exportRequest,
      handle: ({ body, call }) => exportKey(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/digest',
      guard: anyone,
      about: {
        summary: 'The hash of a DEK, which proves a migration',
        access: 'tokens-in-body',
        reply: digestReply,
      },
      body: digestRequest,
      bare: true,
      handle: ({ body, call }) => digest(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/rewrap',
      guard: anyone,
      about: {
        summary: 'Take over a key that another key service wrapped',
        access: 'tokens-in-body',
        reply: rewrapReply,
      },
      body: rewrapRequest,
      bare: true,
      handle: ({ body, call }) => rewrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/delegate',
      guard: anyone,
      about: {
        summary: 'Lend access to one resource for a while',
        access: 'tokens-in-body',
        reply: delegateReply,
      },
      body: delegateRequest,
      bare: true,
      handle: ({ body, call }) => delegate(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/privilegedwrap',
      guard: anyone,
      about: { summary: 'Wrap a DEK, for privileged callers', access: 'tokens-in-body', reply: wrapReply },
      body: privilegedWrapRequest,
      bare: true,
      handle: ({ body, call }) => privilegedWrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/privilegedunwrap',
      guard: anyone,
      about: {
        summary: 'Unwrap a DEK, for privileged callers',
        access: 'tokens-in-body',
        reply: unwrapReply,
      },
      body: privilegedUnwrapRequest,
      bare: true,
      handle: ({ body, call }) => privilegedUnwrap(parts, call, body),
    }),
    endpoint({
      method: 'get',
      path: '/status',
      guard: anyone,
      about: { summary: 'What this key service can do', access: 'anyone', reply: statusReply },
      bare: true,
      handle: async () => status(parts, version),
    }),
  ];
}
