import {
  escrowParams,
  getKeyReply,
  getKeyRequest,
  publicKeyReply,
  storeKeyReply,
  storeKeyRequest,
} from '../../../shared/api/kms/escrow.ts';
import { isInSession } from '../../platform/http/call.ts';
import { type Endpoint, endpoint, type Guard, parseInput } from '../../platform/http/endpoint.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import { createEscrowPairs } from './escrow-pairs.ts';
import { type EscrowCaller, getKey } from './get-key.ts';
import { getPublicKey } from './get-public-key.ts';
import { storeKey } from './store-key.ts';

/** The caller's own escrow, and nobody else's. No file of ours depends on it (docs/decisions/0026-escrow.md). */
export function escrowEndpoints(kmsParts: KmsParts, bearer: Guard<Person>): Endpoint[] {
  const parts = { ...kmsParts, pairs: createEscrowPairs(kmsParts) };
  const bearerAndSession: Guard<EscrowCaller> = async (request) => ({
    person: await bearer(request),
    isInSession: isInSession(request),
  });
  return [
    endpoint({
      method: 'get',
      path: '/get-public-key/:user',
      guard: bearer,
      about: { summary: 'The own public key for escrow', access: 'login', reply: publicKeyReply },
      handle: ({ who, params, call }) =>
        getPublicKey(parts, call, who, parseInput(escrowParams, params).user),
    }),
    endpoint({
      method: 'post',
      path: '/store-key',
      guard: bearer,
      about: { summary: 'Put a key into the own escrow', access: 'login', reply: storeKeyReply },
      body: storeKeyRequest,
      handle: ({ who, body, call }) => storeKey(parts, call, who, body),
    }),
    endpoint({
      method: 'post',
      path: '/get-key',
      guard: bearerAndSession,
      about: { summary: 'Take a key out of the own escrow', access: 'login-in-session', reply: getKeyReply },
      body: getKeyRequest,
      handle: ({ who, body, call }) => getKey(parts, call, who, body),
    }),
  ];
}
