import { sql } from 'kysely';
import type { z } from 'zod';
import type { statusReply } from '../../../shared/api/kms/kacls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { KACLS_OPERATIONS } from '../issuers/issuers-file.ts';
import type { KaclsParts } from './kacls-parts.ts';

/**
 * `GET /status`, kacls.md §6.1: only what is there. Batches are ours and no operation of that API.
 * @throws SealkeepError STORE_UNAVAILABLE where the keys cannot be reached.
 */
export async function status(
  { database }: KaclsParts,
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
    operations_supported: [...KACLS_OPERATIONS],
  };
}
