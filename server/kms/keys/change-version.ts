import type { VersionStateReply } from '../../../shared/api/kms/keys.ts';
import { DAY_MS } from '../../../shared/days.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { checkFreshCode } from '../identity/fresh-code.ts';
import type { Person } from '../identity/person.ts';
import { countNeeding } from '../keyring/census.ts';
import { findVersion, markRevoked, writeVersionState } from '../keyring/kek-versions.ts';
import { rotateKek } from '../keyring/rotate-kek.ts';
import { transition, type VersionEvent } from '../keyring/version-state.ts';
import type { KekVersionName } from '../keyring/wrapped-key.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { KeyEndpointParts } from './key-parts.ts';
import { assertOwnKek } from './own-kek.ts';

/** What the caller may do to one version of their KEK. */
export type VersionAct =
  | { readonly kind: 'retire' }
  | { readonly kind: 'disable'; readonly code: string }
  | { readonly kind: 'enable'; readonly code: string }
  | { readonly kind: 'schedule-destruction'; readonly code: string; readonly days: number }
  | { readonly kind: 'cancel-destruction' };

interface VersionName {
  readonly keyId: string;
  readonly version: number;
}

/**
 * Changes the state of a version. To disable the active one rotates the KEK in the same transaction, so that there is
 * always one that wraps. Before anything that ends a version the cloud is asked what it still keeps under it.
 * @throws SealkeepError KEY_NOT_FOUND, KEY_VERSION_STATE, KEY_VERSION_NEEDED, CLOUD_UNAVAILABLE; CODE_REFUSED, LOGIN_THROTTLED
 */
export function changeVersion(
  parts: KmsParts & Pick<KeyEndpointParts, 'recount'>,
  call: Call,
  person: Person,
  { keyId, version }: VersionName,
  act: VersionAct,
): Promise<VersionStateReply> {
  const draft = {
    operation: `${act.kind}-key-version`,
    actor: person.name,
    reason: `${keyId}/${version}`,
  };
  return recordingRefusals(parts, call, draft, async () => {
    await assertOwnKek(parts.database, person, keyId);
    const isEnding = act.kind === 'retire' || act.kind === 'schedule-destruction';
    const kept = isEnding ? await parts.recount({ kekId: keyId, version }) : 0;
    const useUpCode = 'code' in act ? await checkFreshCode(parts, person, act.code) : undefined;
    return parts.database.transaction().execute(async (transaction) => {
      await assertOwnKek(transaction, person, keyId);
      await useUpCode?.(transaction);
      const name = { kekId: keyId, version };
      const found = await findVersion(transaction, name);
      const { operation, actor, reason } = draft;
      if (act.kind === 'disable' && found.status === 'active') {
        const active = await rotateKek(parts, transaction, keyId);
        const rotated = { operation: 'rotate-key', actor, reason: `${keyId}/${active}` };
        await parts.audit.append(call, [rotated], transaction);
      }
      const event = await eventOf(parts, transaction, { ...name, kept }, act);
      const state = transition(await findVersion(transaction, name), event);
      await writeVersionState(transaction, name, state);
      if (act.kind === 'disable') await markRevoked(transaction, name, parts.now().getTime());
      if (act.kind === 'enable') await markRevoked(transaction, name, null);
      await parts.audit.append(call, [{ operation, actor, reason }], transaction);
      const expiresAt = state.dueAt === null ? {} : { expiresAt: new Date(state.dueAt).toISOString() };
      return { version, status: state.status, ...expiresAt };
    });
  });
}

async function eventOf(
  { config, now }: KmsParts,
  transaction: KmsTransaction,
  { kept, ...name }: KekVersionName & { readonly kept: number },
  act: VersionAct,
): Promise<VersionEvent> {
  const inDays = (days: number) => now().getTime() + days * DAY_MS;
  switch (act.kind) {
    case 'retire':
      return { kind: act.kind, needed: await countNeeding(transaction, name, kept) };
    case 'enable':
      return { kind: act.kind, dueAt: inDays(config.graceDays) };
    case 'schedule-destruction':
      return { kind: act.kind, dueAt: inDays(act.days), needed: await countNeeding(transaction, name, kept) };
    case 'disable':
    case 'cancel-destruction':
      return { kind: act.kind };
  }
}
