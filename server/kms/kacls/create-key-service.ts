import type { RequestHandler } from 'express';
import type { SigningKey } from '../../../core/crypto/key-pairs.ts';
import { publishKeySet } from '../../../core/crypto/key-set.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import type { Endpoint, Guard } from '../../platform/http/endpoint.ts';
import type { ErrorShape } from '../../platform/http/error-reply.ts';
import { fixedKeySource, type KeySource } from '../../platform/issuers/key-source.ts';
import type { TrustedIssuer } from '../../platform/issuers/token-door.ts';
import { grantEndpoints } from '../grants/endpoints.ts';
import type { FindPerson, Person } from '../identity/person.ts';
import { createTrustedIssuers } from '../issuers/trusted-issuers.ts';
import type { KekVersionName } from '../keyring/wrapped-key.ts';
import { createWriteWraps } from '../keyring/write-wraps.ts';
import { keyEndpoints } from '../keys/endpoints.ts';
import type { KmsParts } from '../parts.ts';
import { needingRoom } from '../reserve.ts';
import { delegationAudience, type SigningKeys } from '../signing/signing-keys.ts';
import { BATCH_PATHS, kaclsEndpoints } from './endpoints.ts';
import { allowCseOrigin, answerPreflight, errorShapeOf, originsOf } from './http-face.ts';
import { allowEverywhere, type PerimeterRule } from './kacls-parts.ts';
import { createRecordTogether } from './record-allowed.ts';

const PEER_TIMEOUT_MS = 10_000;

export interface KeyServiceParts extends KmsParts {
  /** How our own authentication tokens are known, and who stands behind one. */
  readonly authentication: { readonly issuer: TrustedIssuer; readonly findPerson: FindPerson };
  /** Lets in whoever shows an authentication token as bearer. */
  readonly bearer: Guard<Person>;
  /** The keys of our own cloud, which sign authorization tokens. */
  readonly cloudKeys: KeySource;
  readonly signing: Pick<SigningKeys, 'delegated' | 'certs'>;
  /** Of Sealkeep, for `/status`. */
  readonly version: string;
  /** R-PERIM; allows everything where it is not given. */
  readonly isWithinPerimeter?: PerimeterRule;
  /** Begins the work in the background that a change of keys makes necessary. */
  readonly wakeUpkeep: () => void;
  /** Counts what the cloud keeps under a version. */
  readonly recount: (kek: KekVersionName) => Promise<number>;
  /** Throws where the disk has too little room for anything to be done with keys. */
  readonly assertRoom?: () => Promise<void>;
  /** How long a peer may take to answer a `/rewrap`; 10 s where it is not given. */
  readonly peerTimeoutMs?: number;
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
  const { authentication, cloudKeys, bearer, version, signing } = parts;
  const { isWithinPerimeter = allowEverywhere, peerTimeoutMs = PEER_TIMEOUT_MS } = parts;
  const { assertRoom = async () => undefined } = parts;
  const { findPerson } = authentication;
  const issuers = await createTrustedIssuers(parts, {
    authentication: authentication.issuer,
    delegated: delegatedIssuer(parts.config.url, signing.delegated),
    cloudKeys,
  });
  const kacls = {
    ...parts,
    issuers,
    findPerson,
    isWithinPerimeter,
    peerTimeoutMs,
    writeWraps: createWriteWraps(parts),
    recordTogether: createRecordTogether(parts),
  };
  return {
    endpoints: needingRoom(assertRoom, [
      ...kaclsEndpoints(kacls, version),
      ...keyEndpoints(parts, bearer),
      ...grantEndpoints(parts, bearer),
    ]),
    batchPaths: [...BATCH_PATHS, '/keys/release', '/keys/shred'],
    beforeDoor: allowCseOrigin,
    afterDoor: answerPreflight,
    errorShapeOf,
    originsOf,
  };
}

/** How we know the delegated tokens that we signed. */
function delegatedIssuer(url: string, key: SigningKey): TrustedIssuer {
  const typ = TOKEN_TYP.delegated;
  const keys = fixedKeySource(publishKeySet([{ typ, key }]));
  return { issuer: url, audience: delegationAudience(url), typ, keys };
}
