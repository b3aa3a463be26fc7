import type { KeyReply, KeyVersionReply } from '../../../shared/api/kms/keys.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import type { Terminal } from '../../terminal.ts';
import { minuteText } from '../../time-text.ts';

/** `sealkeep keys` */
export async function listKeys(context: CliContext, options: ClientOptions): Promise<void> {
  const { terminal } = context;
  const list = async (keys: readonly KeyReply[]) => {
    for (const key of keys) {
      if (options.json) terminal.printJson(keyJson(key));
      else printKey(terminal, key);
    }
  };
  await withAgent(
    context,
    options,
    async ({ jobs: { kms, login } }) => list(await kms.keys((await login.tokens()).access_token)),
    { isCloudNeeded: false },
  );
}

function keyJson({ keyId, createdAt, isFirst, versions, needingNewKey }: KeyReply) {
  return {
    key: keyId,
    created_at: createdAt,
    is_first: isFirst,
    versions: versions.map((one) => ({
      version: one.version,
      status: one.status,
      created_at: one.createdAt,
      until: one.expiresAt ?? null,
      needed: one.needed,
    })),
    needing_new_key: needingNewKey,
  };
}

function printKey(terminal: Terminal, { keyId, isFirst, versions, needingNewKey }: KeyReply): void {
  terminal.print(`Key ${keyId}${isFirst ? ', your first' : ''}`);
  const statuses = versions.map(statusText);
  const width = Math.max(...statuses.map(({ length }) => length));
  for (const [index, { version, createdAt, needed }] of versions.entries()) {
    const status = (statuses[index] ?? '').padEnd(width);
    const head = `version ${version}`.padEnd(11);
    terminal.print(`  ${head}  ${minuteText(createdAt)}  ${status}  ${counted(needed, 'wrapped key')}`);
  }
  if (needingNewKey === 0) return;
  const [files, wants] = [counted(needingNewKey, 'file'), needingNewKey === 1 ? 'needs' : 'need'];
  const named = isFirst ? '' : ` --key=${keyId}`;
  terminal.print(`  ${files} ${wants} a new key: "sealkeep keys needing --new-key${named}" says which.`);
}

function statusText({ status, expiresAt }: KeyVersionReply): string {
  const text = status.replaceAll('_', ' ');
  if (expiresAt === undefined) return text;
  return `${text} ${status === 'readable' ? 'until' : 'for'} ${minuteText(expiresAt)}`;
}
