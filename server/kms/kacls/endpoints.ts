import {
  exportRequest,
  unwrapBatchRequest,
  unwrapRequest,
  wrapBatchRequest,
  wrapRequest,
} from '../../../shared/api/kms/kacls.ts';
import { anyone, type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import { exportKey } from './export-key.ts';
import type { KaclsParts } from './kacls-parts.ts';
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
      method: 'get',
      path: '/status',
      guard: anyone,
      bare: true,
      handle: async () => status(parts, version),
    }),
  ];
}
