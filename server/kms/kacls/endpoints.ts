import {
  delegateRequest,
  digestRequest,
  exportRequest,
  privilegedUnwrapRequest,
  privilegedWrapRequest,
  rewrapRequest,
  unwrapBatchRequest,
  unwrapRequest,
  wrapBatchRequest,
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
      body: wrapRequest,
      bare: true,
      handle: ({ body, call }) => wrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/unwrap',
      guard: anyone,
      body: unwrapRequest,
      bare: true,
      handle: ({ body, call }) => unwrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/wrap/batch',
      guard: anyone,
      body: wrapBatchRequest,
      bare: true,
      handle: ({ body, call }) => wrapBatch(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/unwrap/batch',
      guard: anyone,
      body: unwrapBatchRequest,
      bare: true,
      handle: ({ body, call }) => unwrapBatch(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/unwrap/export',
      guard: anyone,
      body: exportRequest,
      handle: ({ body, call }) => exportKey(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/digest',
      guard: anyone,
      body: digestRequest,
      bare: true,
      handle: ({ body, call }) => digest(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/rewrap',
      guard: anyone,
      body: rewrapRequest,
      bare: true,
      handle: ({ body, call }) => rewrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/delegate',
      guard: anyone,
      body: delegateRequest,
      bare: true,
      handle: ({ body, call }) => delegate(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/privilegedwrap',
      guard: anyone,
      body: privilegedWrapRequest,
      bare: true,
      handle: ({ body, call }) => privilegedWrap(parts, call, body),
    }),
    endpoint({
      method: 'post',
      path: '/privilegedunwrap',
      guard: anyone,
      body: privilegedUnwrapRequest,
      bare: true,
      handle: ({ body, call }) => privilegedUnwrap(parts, call, body),
    }),
    endpoint({
      method: 'get',
      path: '/status',
      guard: anyone,
      bare: true,
      handle: async () => status(parts, version),
    }),
  ];
}
