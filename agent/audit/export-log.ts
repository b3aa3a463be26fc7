import { exportLines, headerLine } from '../../core/audit/export-lines.ts';
import type { Login } from '../login/login.ts';
import type { KmsClient } from '../servers/kms-client.ts';

export interface LogToExport {
  readonly kms: KmsClient;
  /** What the KMS is called. */
  readonly kmsName: string;
  readonly login: Login;
}

export interface ExportedLog {
  readonly entries: number;
  /** Those of them that this person may read. */
  readonly readable: number;
  readonly checkpoints: number;
}

/**
 * Writes the KMS's audit log as JSON Lines (docs/audit-log.md), from its first entry to the last that there is then:
 * entries that this person may read with their salts, hashes of the others, and all checkpoints. It looks at nothing of
 * it: that is for whoever verifies the export.
 */
export async function exportLog(
  { kms, kmsName, login }: LogToExport,
  write: (lines: string) => Promise<unknown>,
): Promise<ExportedLog> {
  const exported = { entries: 0, readable: 0, checkpoints: 0 };
  await write(`${headerLine(kmsName)}\n`);
  for (let after = 0; ; ) {
    // A long log outlives a token.
    const { access_token: bearer } = await login.tokens();
    const reply = await kms.auditChain(bearer, { after });
    const last = reply.items.at(-1);
    if (!last) return exported;
    await write(
      exportLines(reply)
        .map((line) => `${line}\n`)
        .join(''),
    );
    exported.entries += reply.items.length;
    exported.readable += reply.items.filter(({ entry }) => entry !== undefined).length;
    exported.checkpoints += reply.checkpoints.length;
    after = last.seq;
  }
}
