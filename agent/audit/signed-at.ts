import { auditCheckpoint } from '../../shared/api/kms/audit.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

/** When the newest checkpoint that is kept was signed. Its signature was checked when it was kept. */
export async function signedAt(store: CheckpointStore): Promise<string | undefined> {
  const kept = await store.read();
  const payload = kept?.jws.split('.')[1];
  if (payload === undefined) return undefined;
  return auditCheckpoint.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).at;
}
