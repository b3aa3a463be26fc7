import type { RestingColumn } from '../../platform/root-key/resting-columns.ts';
import { signingKeyPlace } from './signing-key-store.ts';

/** Everything in the cloud's database that rests under its root key; a test holds the schema to it. */
export const CLOUD_RESTING_COLUMNS: readonly RestingColumn[] = [
  { table: 'signing_keys', column: 'sealed', key: ['kind'], placeOf: signingKeyPlace },
];
