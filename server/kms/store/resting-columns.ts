import type { RestingColumn } from '../../platform/root-key/resting-columns.ts';
import { escrowedKeyPlace, escrowPairPlace } from '../escrow/places.ts';
import { totpPlace } from '../identity/accounts.ts';
import { newTotpPlace } from '../identity/authenticator-enrolment.ts';
import { kekPlace } from '../keyring/kek-versions.ts';
import { resourcePlace } from '../keyring/resources.ts';
import { identityKeyPlace } from '../secure-session/identity-keys.ts';
import { sessionKeyPlace } from '../secure-session/live-sessions.ts';
import { sessionSigningKeyPlace } from '../session-crypto/sign.ts';
import { signingKeyPlace } from '../signing/signing-keys.ts';

/** Everything in the KMS's database that rests under its root key; a test holds the schema to it. */
export const KMS_RESTING_COLUMNS: readonly RestingColumn[] = [
  { table: 'users', column: 'totp_secret', key: ['id'], placeOf: totpPlace },
  {
    table: 'authenticator_enrolments',
    column: 'totp_secret',
    key: ['user_id'],
    placeOf: newTotpPlace,
  },
  { table: 'signing_keys', column: 'private_key', key: ['typ'], placeOf: signingKeyPlace },
  {
    table: 'kek_versions',
    column: 'secret',
    key: ['kek_id', 'version'],
    placeOf: (kekId, version) => kekPlace(kekId, Number(version)),
  },
  { table: 'resources', column: 'secret', key: ['realm', 'name'], placeOf: resourcePlace },
  { table: 'identity_keys', column: 'private_key', key: ['fingerprint'], placeOf: identityKeyPlace },
  { table: 'secure_sessions', column: 'session_key', key: ['id'], placeOf: sessionKeyPlace },
  { table: 'secure_sessions', column: 'signing_key', key: ['id'], placeOf: sessionSigningKeyPlace },
  { table: 'escrow_pairs', column: 'private_key', key: ['user_id'], placeOf: escrowPairPlace },
  {
    table: 'escrowed_keys',
    column: 'enc_key',
    key: ['user_id', 'version'],
    placeOf: (userId, version) => escrowedKeyPlace(userId, Number(version)),
  },
];
