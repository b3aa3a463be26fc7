import type { Agent } from '../../../agent/agent.ts';
import { auditQuery } from '../../../shared/api/kms/audit.ts';
import type { AuditEntry } from '../../../shared/formats/audit-entry.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { minuteText } from '../../time-text.ts';
import { usage } from '../file-options.ts';

export interface ListOptions extends ClientOptions {
  readonly actor?: string;
  readonly operation?: string;
  readonly resource?: string;
  readonly decision?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

/** What filters take that is not a name. */
const TAKES: Readonly<Record<string, string>> = {
  from: 'a time such as 2027-01-31T12:00:00Z',
  to: 'a time such as 2027-01-31T12:00:00Z',
  decision: 'allowed or refused',
};

const FEW = 50;
const PAGE = 1000;

/** `sealkeep audit` */
export async function listEntries(context: CliContext, options: ListOptions): Promise<void> {
  const { terminal } = context;
  const filter = filterOf(options);
  const limit = limitOf(options.limit);
  const list = async ({ log: { kms }, login }: Agent) => {
    let left = limit;
    let before: number | undefined;
    do {
      const { access_token: bearer } = await login.tokens();
      const page = await kms.auditEntries(bearer, { ...filter, before, limit: Math.min(left, PAGE) });
      for (const entry of page.items) {
        if (options.json) terminal.printJson(entry);
        else terminal.print(lineOf(entry));
      }
      left -= page.items.length;
      before = page.before;
    } while (before !== undefined && left > 0);
    if (left === limit && !options.json) terminal.print('Nothing of that is in the audit log.');
    if (before !== undefined && left <= 0) terminal.note(`There is more; --limit shows more than ${limit}.`);
  };
  await withAgent(context, options, list, { isCloudNeeded: false });
}

/** @throws SealkeepError USAGE */
function filterOf({ actor, operation, resource, decision, from, to }: ListOptions) {
  const parsed = auditQuery.safeParse({ actor, operation, resource_name: resource, decision, from, to });
  if (parsed.success) {
    const { limit: _limit, ...filter } = parsed.data;
    return filter;
  }
  const [issue] = parsed.error.issues;
  const named = String(issue?.path[0] ?? '').replace('resource_name', 'resource');
  throw usage(`--${named} takes ${TAKES[named] ?? 'a name that entries have'}.`);
}

/** @throws SealkeepError USAGE */
function limitOf(text: string | undefined): number {
  if (text === undefined) return FEW;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw usage('--limit is a whole number from 1 to 999999999.');
}

function lineOf(entry: AuditEntry): string {
  const { seq, at, actor, operation, code, resource_name, reason, address, count } = entry;
  const what = count === undefined ? operation : `${operation} × ${count}`;
  const words = [
    `${seq}`.padStart(6),
    minuteText(at),
    (actor || '–').padEnd(12),
    what.padEnd(14),
    (code ?? 'allowed').padEnd(8),
    ...(address === '' ? [] : [address]),
    ...(resource_name === undefined ? [] : [resource_name]),
    ...(reason === '' ? [] : [`“${reason}”`]),
  ];
  return words.join('  ').trimEnd();
}
