import { z } from 'zod';
import {
  censusQuery,
  censusReply,
  destructionRequest,
  keyListReply,
  keyReply,
  keyRequest,
  keyVersionReply,
  releaseReply,
  releaseRequest,
  shredReply,
  shredRequest,
  versionCodeRequest,
  versionRequest,
  versionStateReply,
} from '../../../shared/api/kms/keys.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { randomId } from '../../../shared/names/resource-name.ts';
import { type Endpoint, endpoint, type Guard, parseInput } from '../../platform/http/endpoint.ts';
import type { Person } from '../identity/person.ts';
import { changeVersion } from './change-version.ts';
import { generateKey } from './generate-key.ts';
import type { KeyEndpointParts } from './key-parts.ts';
import { listKeys } from './list-keys.ts';
import { listNeeding } from './list-needing.ts';
import { releaseWraps } from './release-wraps.ts';
import { rotateKey } from './rotate-key.ts';
import { shredResources } from './shred-resources.ts';

const keyParams = z.object({ keyId: randomId });

/** `/keys`: the caller's own KEKs, and nobody else's. */
export function keyEndpoints(parts: KeyEndpointParts, guard: Guard<Person>): Endpoint[] {
  const { database, wakeUpkeep } = parts;
  return [
    endpoint({
      method: 'get',
      path: '/keys',
      guard,
      about: { summary: 'The own keys and their versions', access: 'login', reply: keyListReply },
      handle: ({ who }) => listKeys(parts, who),
    }),
    endpoint({
      method: 'get',
      path: '/keys/:keyId',
      guard,
      about: { summary: 'One of the own keys', access: 'login', reply: keyReply },
      async handle({ who, params }) {
        const { keyId } = parseInput(keyParams, params);
        const key = (await listKeys(parts, who)).find((one) => one.keyId === keyId);
        if (!key) throw new SealkeepError('KEY_NOT_FOUND');
        return key;
      },
    }),
    endpoint({
      method: 'get',
      path: '/keys/:keyId/census',
      guard,
      about: {
        summary: 'What hangs on a key, and which files need a new one',
        access: 'login',
        reply: censusReply,
      },
      query: censusQuery,
      handle: ({ who, params, query }) =>
        listNeeding(database, who, parseInput(keyParams, params).keyId, query),
    }),
    endpoint({
      method: 'post',
      path: '/keys/generate',
      guard,
      about: { summary: 'Make a further key', access: 'login', reply: keyVersionReply },
      status: 201,
      handle: ({ who, call }) => generateKey(parts, call, who),
    }),
    endpoint({
      method: 'post',
      path: '/keys/rotate',
      guard,
      about: { summary: 'Let a new version of a key wrap', access: 'login', reply: keyVersionReply },
      body: keyRequest,
      async handle({ who, call, body }) {
        const rotated = await rotateKey(parts, call, who, body);
        wakeUpkeep();
        return rotated;
      },
    }),
    endpoint({
      method: 'post',
      path: '/keys/retire',
      guard,
      about: { summary: 'Retire a version that nothing hangs on', access: 'login', reply: versionStateReply },
      body: versionRequest,
      handle: ({ who, call, body }) => changeVersion(parts, call, who, body, { kind: 'retire' }),
    }),
    endpoint({
      method: 'post',
      path: '/keys/disable',
      guard,
      about: { summary: 'Disable a version, with a fresh code', access: 'login', reply: versionStateReply },
      body: versionCodeRequest,
      async handle({ who, call, body }) {
        const disabled = await changeVersion(parts, call, who, body, { kind: 'disable', code: body.code });
        wakeUpkeep();
        return disabled;
      },
    }),
    endpoint({
      method: 'post',
      path: '/keys/enable',
      guard,
      about: {
        summary: 'Enable a disabled version, with a fresh code',
        access: 'login',
        reply: versionStateReply,
      },
      body: versionCodeRequest,
      handle: ({ who, call, body }) =>
        changeVersion(parts, call, who, body, { kind: 'enable', code: body.code }),
    }),
    endpoint({
      method: 'post',
      path: '/keys/schedule-destruction',
      guard,
      about: {
        summary: 'Have a version destroyed in some days, with a fresh code',
        access: 'login',
        reply: versionStateReply,
      },
      body: destructionRequest,
      handle: ({ who, call, body: { code, days, ...name } }) =>
        changeVersion(parts, call, who, name, { kind: 'schedule-destruction', code, days }),
    }),
    endpoint({
      method: 'post',
      path: '/keys/cancel-destruction',
      guard,
      about: { summary: 'Take a scheduled destruction back', access: 'login', reply: versionStateReply },
      body: versionRequest,
      handle: ({ who, call, body }) => changeVersion(parts, call, who, body, { kind: 'cancel-destruction' }),
    }),
    endpoint({
      method: 'post',
      path: '/keys/release',
      guard,
      about: {
        summary: 'Stop counting what was wrapped and nothing was sealed with',
        access: 'login',
        reply: releaseReply,
      },
      body: releaseRequest,
      handle: ({ who, call, body }) => releaseWraps(parts, call, who, body),
    }),
    endpoint({
      method: 'post',
      path: '/keys/shred',
      guard,
      about: { summary: 'Give resources up for good, with a fresh code', access: 'login', reply: shredReply },
      body: shredRequest,
      handle: ({ who, call, body }) => shredResources(parts, call, who, body),
    }),
  ];
}
