import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { verifyDatabase } from '../../server/kms/audit/verify-database.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';

const PROGRAM = fileURLToPath(new URL('../support/audit-writer-process.ts', import.meta.url));
const KILLS = 3;
const WRITING_MS = 400;

/** Lets a process write, and kills it at some moment. @returns what it said is durable. */
async function writeAndKill(file: string, name: string): Promise<string[]> {
  const writer = spawn(process.execPath, [PROGRAM, file, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(writer, 'close');
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(writer.stdout, 'data');
  await delay(Math.random() * WRITING_MS);
  writer.kill('SIGKILL');
  await ended;
  // The last line may be half of one.
  return said.split('\n').slice(0, -1);
}

/** The system keeps what a killed process wrote, synced or not: that it is synced, core/durable/sqlite.test.ts shows. */
test(`an audit log whose writer is killed ${KILLS} times holds, and has all entries before what was answered`, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-killed-log-'));
  const file = path.join(folder, 'kms.sqlite');
  const durable: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    durable.push(...(await writeAndKill(file, `run ${kill}`)));
    const report = await verifyDatabase(file);
    // Each run signs with a key of its own; the chain is one.
    expect(report.fault).toBeUndefined();
    expect(report.failed.filter(({ why }) => why === 'chain')).toEqual([]);
  }
  const database = openSqlite<KmsSchema>(file);
  const rows = await database.selectFrom('audit').select('request_id').distinct().execute();
  await database.destroy();
  const kept = new Set(rows.map((row) => row.request_id));
  expect(durable.length).toBeGreaterThan(0);
  expect(durable.filter((requestId) => !kept.has(requestId))).toEqual([]);
  await rm(folder, { recursive: true });
});
