import type { KeyReply } from '../../../shared/api/kms/keys.ts';
import { NEEDING_SHOWN } from '../../../shared/bridge/key-calls.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { leftBehind } from '../../keys/follow-rewrapping.ts';
import { listNeeding, type NeedingFile } from '../../keys/list-needing.ts';
import { ownKek } from '../../keys/own-version.ts';
import type { BridgeHandlers } from '../app.ts';
import { addJob } from './add-jobs.ts';
import type { AppParts } from './app-parts.ts';
import { kmsAsPerson } from './kms-as-person.ts';

/** One's own keys, and what becomes of their versions. */
export function keyHandlers(app: AppParts) {
  const keysOf = () => kmsAsPerson(app.account);

  return {
    'keys.list': async () => {
      const { kms, token } = await keysOf();
      return kms.keys(token);
    },
    'keys.needing-new-key': async ({ keyId }) => {
      const { parts } = await keysOf();
      // Several wraps of one file may hang there.
      const found = new Map<string, NeedingFile>();
      for await (const file of listNeeding(parts, { keyId, version: undefined, needsNewKey: true })) {
        found.set(file.resourceName, file);
        if (found.size > NEEDING_SHOWN) break;
      }
      const files = [...found.values()];
      const shown = files.slice(0, NEEDING_SHOWN);
      return {
        files: shown.map(({ name, resourceName }) => ({ name: name ?? null, resource_name: resourceName })),
        hasMore: files.length > shown.length,
      };
    },
    'keys.rotate': async ({ keyId }) => {
      const { parts, kms, token } = await keysOf();
      const total = hangingOn(await ownKek(parts, keyId));
      const { version } = await kms.rotateKey(token, keyId);
      return { id: addJob(app, { kind: 'rewrap', keyId, version, total }) };
    },
    'keys.disable': async (request) => {
      const { parts, kms, token } = await keysOf();
      const { keyId } = request;
      const before = await ownKek(parts, keyId);
      await kms.disableVersion(token, request);
      // To revoke the active one rotates the key: then all of it is carried over.
      const version = activeOf(await ownKek(parts, keyId));
      const total = version === activeOf(before) ? leftBehind(before) : hangingOn(before);
      if (total > 0) addJob(app, { kind: 'rewrap', keyId, version, total });
      return {};
    },
    'keys.enable': async (request) => {
      const { kms, token } = await keysOf();
      await kms.enableVersion(token, request);
      return {};
    },
    'keys.schedule-destruction': async (request) => {
      const { kms, token } = await keysOf();
      await kms.scheduleDestruction(token, request);
      return {};
    },
    'keys.cancel-destruction': async (request) => {
      const { kms, token } = await keysOf();
      await kms.cancelDestruction(token, request);
      return {};
    },
  } satisfies Partial<BridgeHandlers>;
}

/** How many wrapped keys hang on a KEK. */
function hangingOn({ versions }: KeyReply): number {
  return versions.reduce((sum, { needed }) => sum + needed, 0);
}

/** @throws SealkeepError KEY_NOT_FOUND */
function activeOf({ versions }: KeyReply): number {
  const active = versions.find(({ status }) => status === 'active');
  if (!active) throw new SealkeepError('KEY_NOT_FOUND');
  return active.version;
}
