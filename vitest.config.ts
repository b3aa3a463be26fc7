import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Electron's own package would try to download a browser. */
const STUBBED = { electron: path.join(import.meta.dirname, 'test', 'electron.stub.ts') };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: STUBBED },
        test: {
          name: 'unit',
          include: [
            '{shared,core,server,agent,cli,browser,electron,renderer,bin,test,scripts}/**/*.test.{ts,tsx}',
          ],
          globalSetup: 'test/support/temporary-folder.ts',
          // Code without globals needs no process of its own for each file: 33 s instead of 60.
          isolate: false,
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
          maxWorkers: 2,
          // After the others: commands that wait for each other want the machine for themselves.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
