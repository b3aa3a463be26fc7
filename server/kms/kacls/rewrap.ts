import type { z } from 'zod';
import { resourceKeyHash } from '../../../core/crypto/hash.ts';
import type { rewrapReply, rewrapRequest } from '../../../shared/api/kms/kacls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { isSameServiceUrl } from '../../../shared/names/service-url.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { admitMigration } from './admit-migration.ts';
import { askPeer } from './ask-peer.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { wrapRecorded } from './wrap-recorded.ts';

/**
 * `POST /rewrap`, kacls.md §6.5: takes a key over from another key service. Nothing is fetched from where `KMS_PEERS`
 * does not say, and never by the caller's spelling of it.
 */
export function rewrap(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof rewrapRequest>,
): Promise<z.input<typeof rewrapReply>> {
  const draft = { operation: 'rewrap', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const admission = await admitMigration(parts, body.authorization, 'rewrap', open);
    const { realm, resourceName, perimeterId } = admission;
    const peer = parts.config.peers.find((url) => isSameServiceUrl(url, body.original_kacls_url));
    if (peer === undefined) throw new SealkeepError('PEER_REFUSED');
    const { wrapped_key: wrappedKey, reason } = body;
    const dek = await askPeer(parts, { peer, resourceName, wrappedKey, reason });
    try {
      const items = [{ resourceName, perimeterId, dek }];
      const [wrapped = ''] = await wrapRecorded(parts, call, open, { realm, ownerId: null }, items);
      const hash = dek.use((bytes) => resourceKeyHash(bytes, resourceName, perimeterId));
      return { resource_key_hash: hash, wrapped_key: wrapped };
    } finally {
      dek.destroy();
    }
  });
}
