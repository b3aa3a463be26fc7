import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Electron's own package would try to download a browser. */
const STUBBED = { electron: path.join(import.meta.dirname, 'test', 'electron.stub.ts') };

/** What takes its time by starting processes, threads, servers in hundreds, or thousands of files: in `npm test` only. */
const INTEGRATION = [
  'test/**/*.test.ts',
  'agent/secure-session/secure-transport.test.ts',
  'server/kms/secure-session/{secure-session,messages,identity-keys}.test.ts',
  'server/kms/kacls/{decision-matrix,rewrap}.test.ts',
  'agent/app/{closing,files,jobs-kept,many-files,organisation,originals,servers}.test.ts',
  'agent/engine/{changing-file,compare-file,open-file,open-segments,publish,seal-file,streams,temporaries,worker-pool}.test.ts',
  'agent/folders/held-folder.test.ts',
  'browser/{main,outsiders,page/create-carrier,page/folders}.test.ts',
  'server/cloud/{access,upload-failure,upload-memory}.test.ts',
  'server/backup/backup.test.ts',
  'server/kms/administration/*.test.ts',
  'server/kms/{change-kms-root-key,create-kms,escrow/escrow}.test.ts',
  'server/kms/audit/{audit-log,count-refusals}.test.ts',
  'server/kms/identity/{account,throttle}.test.ts',
  'bin/start.test.ts',
  'server/embedded/data-folder-servers.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: STUBBED },
        test: {
          name: 'unit',
          include: [
            '{shared,core,server,agent,cli,browser,electron,renderer,bin,scripts}/**/*.test.{ts,tsx}',
          ],
          exclude: INTEGRATION,
          globalSetup: 'test/support/temporary-folder.ts',
          // Code without globals needs no process of its own for each file: half the time.
          isolate: false,
          // By itself it leaves one core to others, which on two cores is half.
          maxWorkers: 2,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: INTEGRATION,
          globalSetup: 'test/support/temporary-folder.ts',
          isolate: false,
          maxWorkers: 2,
          testTimeout: 20_000,
        },
      },
      {
        resolve: { alias: STUBBED },
        test: {
          name: 'packaging',
          include: ['packaging/**/*.test.ts'],
          globalSetup: 'e2e/support/built.ts',
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: 'e2e/support/built.ts',
          testTimeout: 90_000,
          hookTimeout: 60_000,
          // Half of their time they wait for disks, and for processes to start and end.
          maxWorkers: 3,
          // After the others: commands that wait for each other want the machine for themselves.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
