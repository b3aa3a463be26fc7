import { test as base } from '@playwright/test';
import { createWorkspace, type Workspace } from '../../e2e/support/workspace.ts';
import { type Client, openInBrowser, openInElectron } from './shells.ts';

export interface ShellOption {
  readonly shell: 'browser' | 'electron';
}

interface Fixtures {
  readonly workspace: Workspace;
  /** Starts the app with an empty data folder of this name. */
  readonly openApp: (name: string) => Promise<Client>;
}

export const test = base.extend<Fixtures & ShellOption>({
  shell: ['browser', { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  workspace: async ({}, use) => {
    const workspace = await createWorkspace();
    await use(workspace);
    await workspace.close();
  },
  openApp: async ({ workspace, shell, browser }, use) => {
    const clients: Client[] = [];
    await use(async (name) => {
      const client = await (shell === 'browser'
        ? openInBrowser(workspace, name, browser)
        : openInElectron(workspace, name));
      clients.push(client);
      return client;
    });
    await Promise.all(clients.map((client) => client.close()));
  },
});

export { expect } from '@playwright/test';
