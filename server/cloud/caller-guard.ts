import { z } from 'zod';
import { TOKEN_TYP } from '../../shared/api/token-typ.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { randomId } from '../../shared/names/resource-name.ts';
import { userName } from '../../shared/names/user-name.ts';
import { bearerOf } from '../platform/http/call.ts';
import type { Guard } from '../platform/http/endpoint.ts';
import type { KeySource } from '../platform/issuers/key-source.ts';
import { enterByToken } from '../platform/issuers/token-door.ts';
import type { Caller } from './caller.ts';
import type { CloudConfig } from './config.ts';
import type { PersonStore } from './stores/person-store.ts';

const cloudClaims = z
  .object({ sub: randomId, email: userName })
  .transform(({ sub, email }): Caller => ({ id: sub, name: email }));

interface GuardParts {
  readonly config: CloudConfig;
  readonly kmsKeys: KeySource;
  readonly people: PersonStore;
  readonly now: () => Date;
}

/** Lets in whoever shows a cloud token that our KMS made for this cloud; CLOUD_TOKEN_INVALID for all else. */
export function createCallerGuard({ config, kmsKeys, people, now }: GuardParts): Guard<Caller> {
  const issuers = [{ issuer: config.kmsUrl, audience: config.url, typ: TOKEN_TYP.cloud, keys: kmsKeys }];
  return async (request) => {
    const verified = await enterByToken(bearerOf(request) ?? '', issuers, now());
    const caller = cloudClaims.safeParse(verified?.claims);
    if (!caller.success || !(await people.remember(caller.data))) {
      throw new SealkeepError('CLOUD_TOKEN_INVALID');
    }
    return caller.data;
  };
}

/** Lets in the KMS itself, by a service token of its own for this cloud; CLOUD_TOKEN_INVALID for all else. */
export function createKmsGuard({
  config,
  kmsKeys,
  now,
}: Omit<GuardParts, 'people'>): Guard<{ readonly isKms: true }> {
  const issuers = [{ issuer: config.kmsUrl, audience: config.url, typ: TOKEN_TYP.service, keys: kmsKeys }];
  return async (request) => {
    if (!(await enterByToken(bearerOf(request) ?? '', issuers, now()))) {
      throw new SealkeepError('CLOUD_TOKEN_INVALID');
    }
    return { isKms: true };
  };
}
