import type { AuditEntry } from '../../../shared/formats/audit-entry.ts';
import { followLog } from '../../audit/follow-log.ts';
import { listActivity } from '../../audit/list-activity.ts';
import { signedAt } from '../../audit/signed-at.ts';
import { exportActivity } from '../activity/export-activity.ts';
import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';

/** The audit log for people. */
export function activityHandlers({ account, store, underWay, kept }: AppParts) {
  return {
    'activity.list': async (query) => {
      const { parts } = await account.loggedIn();
      const { items, before, names } = await listActivity(parts, query);
      return { items: items.map((entry) => shown(entry, names)), before: before ?? null };
    },
    'activity.verify': async () => {
      const { parts, log } = await account.loggedIn();
      const { access_token: bearer } = await parts.login.tokens();
      const { entries, signedUpTo } = await followLog(log, { bearer, isWhole: true });
      const at = signedUpTo > 0 ? await signedAt(log.store) : undefined;
      return { entries, signed_up_to: signedUpTo, signed_at: at ?? null };
    },
    'activity.export': async () => {
      const { parts } = await account.loggedIn();
      const folder = store.settings().output_folder;
      const { file, name, entries } = await underWay.run((signal) => exportActivity(parts, folder, signal));
      return { id: kept.keep({ path: file, name }), name, folder, entries };
    },
  } satisfies Partial<BridgeHandlers>;
}

function shown(entry: AuditEntry, names: ReadonlyMap<string, string>) {
  const { seq, at, actor, operation, resource_name, reason, address, decision, code, delegated_to } = entry;
  const file = resource_name === undefined ? undefined : names.get(resource_name);
  return {
    ...{ seq, at, actor, operation, reason, address, decision },
    file: file ?? null,
    resource_name: resource_name ?? null,
    code: code ?? null,
    delegated_to: delegated_to ?? null,
    count: entry.count ?? 1,
  };
}
