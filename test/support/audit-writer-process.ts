import { generateSigningKey } from '../../core/crypto/key-pairs.ts';
import { createGroupCommit } from '../../core/durable/group-commit.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { createAuditLog } from '../../server/kms/audit/audit-log.ts';
import { createCheckpointSigner } from '../../server/kms/audit/checkpoints.ts';
import { KMS_MIGRATIONS } from '../../server/kms/store/migrations.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';

/**
 * Writes entries into the audit log of DATABASE until it is killed: `node audit-writer-process.ts DATABASE NAME`. It says
 * the request id of each that is durable, which begins with NAME; every seventh is rolled back.
 */
const [, , file = '', name = ''] = process.argv;
const SIDE_BY_SIDE = 16;

const database = openSqlite<KmsSchema>(file);
await migrate(database, KMS_MIGRATIONS);
const now = () => new Date();
const signer = createCheckpointSigner(await generateSigningKey('EdDSA'), 'https://kms.test', now);
const audit = createAuditLog(database, now, signer);
const commits = createGroupCommit(database);
const entry = { actor: 'ann', operation: 'wrap' };

async function write(requestId: string, count: number): Promise<void> {
  await commits.run(async (transaction) => {
    const call = { requestId, address: '127.0.0.1' };
    await audit.append(call, Array<typeof entry>(1 + (count % 50)).fill(entry), transaction);
    if (count % 7 === 0) throw new Error('taken back');
  });
  process.stdout.write(`${requestId}\n`);
}

async function writeOn(writer: number): Promise<never> {
  for (let count = 1; ; count += 1) {
    const written = await Promise.allSettled([write(`${name} ${writer}-${count}`, count)]);
    const isWrong = (written[0].status === 'rejected') !== (count % 7 === 0);
    if (isWrong) throw new Error('an entry was lost while this process was alive', { cause: written[0] });
  }
}

await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, writer) => writeOn(writer)));
