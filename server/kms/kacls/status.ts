import { sql } from 'kysely';
import type { z } from 'zod';
import type { statusReply } from '../../../shared/api/kms/kacls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KaclsParts } from './kacls-parts.ts';

/** By their path names; a call that nobody is configured for is not there. */
function operationsOf({ peers, privileged }: KaclsParts['config']): string[] {
  const hasPeers = peers.length > 0;
  const hasPrivileged = privileged.length > 0;
  return [
    ...['wrap', 'unwrap', 'delegate', 'digest'],
    ...(hasPeers ? ['rewrap'] : []),
    ...(hasPrivileged ? ['privilegedwrap'] : []),
    ...(hasPeers || hasPrivileged ? ['privilegedunwrap'] : []),
  ];
}

/**
 * `GET /status`, kacls.md §6.1: only what is there. Batches are ours and no operation of that API.
 * @throws SealkeepError STORE_UNAVAILABLE where the keys cannot be reached.
 */
export async function status(
  { database, config }: KaclsParts,
  version: string,
): Promise<z.input<typeof statusReply>> {
  try {
    await sql`SELECT 1 FROM keks LIMIT 1`.execute(database);
  } catch (cause) {
    throw new SealkeepError('STORE_UNAVAILABLE', {}, { cause });
  }
  return {
    server_type: 'KACLS',
    vendor_id: 'Sealkeep',
    version,
    name: 'Sealkeep KMS',
    operations_supported: operationsOf(config),
  };
}
