import type { RequestHandler } from 'express';
import type { Endpoint, Guard } from '../../platform/http/endpoint.ts';
import type { ErrorShape } from '../../platform/http/error-reply.ts';
import type { KeySource } from '../../platform/issuers/key-source.ts';
import type { TrustedIssuer } from '../../platform/issuers/token-door.ts';
import { grantEndpoints } from '../grants/endpoints.ts';
import type { FindPerson, Person } from '../identity/person.ts';
import { createTrustedIssuers } from '../issuers/trusted-issuers.ts';
import { keyEndpoints } from '../keys/endpoints.ts';
import type { KmsParts } from '../parts.ts';
import { BATCH_PATHS, kaclsEndpoints } from './endpoints.ts';
import { allowCseOrigin, answerPreflight, errorShapeOf, originsOf } from './http-face.ts';
import { allowEverywhere, type PerimeterRule } from './kacls-parts.ts';

export interface KeyServiceParts extends KmsParts {
  /** How our own authentication tokens are known, and who stands behind one. */
  readonly authentication: { readonly issuer: TrustedIssuer; readonly findPerson: FindPerson };
  /** Lets in whoever shows an authentication token as bearer. */
  readonly bearer: Guard<Person>;
  /** The keys of our own cloud, which sign authorization tokens. */
  readonly cloudKeys: KeySource;
  /** Of Sealkeep, for `/status`. */
  readonly version: string;
  /** R-PERIM; allows everything where it is not given. */
  readonly isWithinPerimeter?: PerimeterRule;
  /** Begins the work in the background that a change of keys makes necessary. */
  readonly wakeUpkeep: () => void;
}

/** What `createHttpApp` takes of the key service; `/certs` is not among the endpoints, but has their errors and CORS. */
export interface KeyService {
  readonly endpoints: readonly Endpoint[];
  readonly batchPaths: readonly string[];
  readonly beforeDoor: RequestHandler;
  readonly afterDoor: RequestHandler;
  readonly errorShapeOf: (path: string) => ErrorShape;
  readonly originsOf: (path: string) => readonly string[];
}

/**
 * The half of the KMS that holds keys: KACLS operations, grants and the keyring.
 * @throws SealkeepError CONFIG_INVALID where `KMS_ISSUERS` is not usable.
 */
export async function createKeyService(parts: KeyServiceParts): Promise<KeyService> {
  const { authentication, cloudKeys, bearer, version, isWithinPerimeter = allowEverywhere } = parts;
  const { findPerson } = authentication;
  const issuers = await createTrustedIssuers(parts, { authentication: authentication.issuer, cloudKeys });
  return {
    endpoints: [
      ...kaclsEndpoints({ ...parts, issuers, findPerson, isWithinPerimeter }, version),
      ...grantEndpoints(parts, bearer),
      ...keyEndpoints(parts, bearer),
    ],
    batchPaths: [...BATCH_PATHS, '/keys/shred'],
    beforeDoor: allowCseOrigin,
    afterDoor: answerPreflight,
    errorShapeOf,
    originsOf,
  };
}
