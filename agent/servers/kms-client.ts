import { z } from 'zod';
import { jwks } from '../../core/crypto/key-set.ts';
import { health, KEY_SET_PATH } from '../../shared/api/common.ts';
import {
  type AuditChainQuery,
  type AuditQuery,
  auditChainReply,
  auditReply,
} from '../../shared/api/kms/audit.ts';
import { grant, grantList, type grantRequest } from '../../shared/api/kms/grants.ts';
import {
  confirmReply,
  type confirmRequest,
  type LoginRequest,
  loginList,
  loginReply,
  type passwordRequest,
  registerReply,
  type registerRequest,
  tokenReply,
} from '../../shared/api/kms/identity.ts';
import { exportReply, unwrapBatchReply, wrapBatchReply } from '../../shared/api/kms/kacls.ts';
import {
  type CensusQuery,
  censusReply,
  type destructionRequest,
  keyListReply,
  keyVersionReply,
  releaseReply,
  shredReply,
  type shredRequest,
  type versionCodeRequest,
  type versionRequest,
  versionStateReply,
} from '../../shared/api/kms/keys.ts';
import { callForBare, callForData, type Peer } from '../http/peer.ts';
import { peopleCalls } from './people-calls.ts';

/** Tokens and the reason that go with keys. */
export interface KeyCall {
  readonly authentication: string;
  readonly authorization: string;
  readonly reason: string;
}

const nothing = z.object({});

/** What follows a path; nothing where there is nothing to ask with. */
function queryText(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size > 0 ? `?${search}` : '';
}

/** The KMS as the agent calls it; every reply is parsed. Errors are the server's codes or SERVER_*. */
export function createKmsClient(peer: Peer) {
  const post = <Schema extends z.ZodType>(path: string, json: unknown, schema: Schema, bearer?: string) =>
    callForData(peer, { method: 'POST', path, json, ...(bearer === undefined ? {} : { bearer }) }, schema);
  return {
    peer,
    health: () => callForData(peer, { method: 'GET', path: '/healthz' }, health),
    jwks: () => callForBare(peer, { method: 'GET', path: KEY_SET_PATH }, jwks),

    register: (body: z.input<typeof registerRequest>) => post('/register', body, registerReply),
    confirm: (body: z.input<typeof confirmRequest>) => post('/register/confirm', body, confirmReply),
    login: (body: LoginRequest) => post('/login', body, loginReply),
    refresh: (refreshToken: string) => post('/refresh', { refresh_token: refreshToken }, tokenReply),
    logout: (refreshToken: string) => post('/logout', { refresh_token: refreshToken }, nothing),
    logins: (bearer: string) => callForData(peer, { method: 'GET', path: '/logins', bearer }, loginList),
    changePassword: (bearer: string, body: z.input<typeof passwordRequest>) =>
      post('/password', body, tokenReply, bearer),

    wrapBatch: (call: KeyCall, items: readonly { resource_name: string; key: string }[]) =>
      callForBare(peer, { method: 'POST', path: '/wrap/batch', json: { ...call, items } }, wrapBatchReply),
    unwrapBatch: (call: KeyCall, items: readonly { resource_name: string; wrapped_key: string }[]) =>
      callForBare(
        peer,
        { method: 'POST', path: '/unwrap/batch', json: { ...call, items } },
        unwrapBatchReply,
      ),

    exportKey: (call: KeyCall, wrappedKey: string, code: string) =>
      post('/unwrap/export', { ...call, wrapped_key: wrappedKey, code }, exportReply),

    keys: (bearer: string) => callForData(peer, { method: 'GET', path: '/keys', bearer }, keyListReply),
    generateKey: (bearer: string) => post('/keys/generate', {}, keyVersionReply, bearer),
    rotateKey: (bearer: string, keyId: string) => post('/keys/rotate', { keyId }, keyVersionReply, bearer),
    retireVersion: (bearer: string, body: z.input<typeof versionRequest>) =>
      post('/keys/retire', body, versionStateReply, bearer),
    disableVersion: (bearer: string, body: z.input<typeof versionCodeRequest>) =>
      post('/keys/disable', body, versionStateReply, bearer),
    enableVersion: (bearer: string, body: z.input<typeof versionCodeRequest>) =>
      post('/keys/enable', body, versionStateReply, bearer),
    scheduleDestruction: (bearer: string, body: z.input<typeof destructionRequest>) =>
      post('/keys/schedule-destruction', body, versionStateReply, bearer),
    cancelDestruction: (bearer: string, body: z.input<typeof versionRequest>) =>
      post('/keys/cancel-destruction', body, versionStateReply, bearer),
    census(bearer: string, keyId: string, query: CensusQuery) {
      const path = `/keys/${encodeURIComponent(keyId)}/census${queryText(query)}`;
      return callForData(peer, { method: 'GET', path, bearer }, censusReply);
    },
    release: (bearer: string, resourceNames: readonly string[]) =>
      post('/keys/release', { resourceNames }, releaseReply, bearer),
    shred: (bearer: string, body: z.input<typeof shredRequest>) =>
      post('/keys/shred', body, shredReply, bearer),

    auditEntries: (bearer: string, query: Partial<AuditQuery>) =>
      callForData(peer, { method: 'GET', path: `/audit${queryText(query)}`, bearer }, auditReply),
    auditChain: (bearer: string, query: Partial<AuditChainQuery>) =>
      callForData(peer, { method: 'GET', path: `/audit/verify${queryText(query)}`, bearer }, auditChainReply),

    ...peopleCalls(peer),

    createGrant: (bearer: string, body: z.input<typeof grantRequest>) => post('/grants', body, grant, bearer),
    grants: (bearer: string) => callForData(peer, { method: 'GET', path: '/grants', bearer }, grantList),
    deleteGrant: (bearer: string, id: string) =>
      callForData(peer, { method: 'DELETE', path: `/grants/${encodeURIComponent(id)}`, bearer }, nothing),
  };
}

export type KmsClient = ReturnType<typeof createKmsClient>;
