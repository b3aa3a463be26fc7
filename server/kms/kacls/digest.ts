import type { z } from 'zod';
import { resourceKeyHash } from '../../../core/crypto/hash.ts';
import type { digestReply, digestRequest } from '../../../shared/api/kms/kacls.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { admitMigration } from './admit-migration.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { lendDeks } from './lend-deks.ts';

/** `POST /digest`, kacls.md §6.4: the perimeter is the one that the key was wrapped in. */
export function digest(
  parts: KaclsParts,
  call: Call,
  body: z.output<typeof digestRequest>,
): Promise<z.input<typeof digestReply>> {
  const draft = { operation: 'digest', reason: body.reason };
  return recordingRefusals(parts, call, draft, async (open) => {
    const { realm, resourceName } = await admitMigration(parts, body.authorization, 'digest', open);
    const [hash = ''] = await lendDeks(
      parts,
      call,
      open,
      { realm, names: [resourceName], wrappedKeys: [body.wrapped_key] },
      ({ dek, perimeterId }) => dek.use((bytes) => resourceKeyHash(bytes, resourceName, perimeterId)),
    );
    return { resource_key_hash: hash };
  });
}
