import { test as base } from '@playwright/test';
import { createWorkspace, type Workspace } from '../../e2e/support/workspace.ts';
import { type Gate, startGate } from './gate.ts';
import { type AtWindow, joinAs, register, startHere } from './person.ts';
import { type Client, type Opening, openInBrowser, openInElectron } from './shells.ts';
import { startTeam, type Team } from './team.ts';

export interface ShellOption {
  readonly shell: 'browser' | 'electron';
}

/** Where the servers are: inside the app, or those of a `sealkeep serve` that the app joins. */
export const PLACES = ['here', 'team'] as const;
type PlaceName = (typeof PLACES)[number];

interface Fixtures {
  readonly workspace: Workspace;
  /** Starts the app with an empty data folder of this name. */
  readonly openApp: (name: string, opening?: Opening) => Promise<Client>;
  /** Stands in front of the team's cloud. */
  readonly cloudGate: Gate;
  /** Starts the app and brings somebody to its main window. */
  readonly personAt: (name: string, place: PlaceName, opening?: Opening) => Promise<AtWindow>;
}

interface WorkerFixtures {
  readonly team: Team;
}

export const test = base.extend<Fixtures & ShellOption, WorkerFixtures>({
  shell: ['browser', { option: true }],
  team: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
    async ({}, use) => {
      const workspace = await createWorkspace();
      await use(await startTeam(workspace));
      await workspace.close();
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  workspace: async ({}, use) => {
    const workspace = await createWorkspace();
    await use(workspace);
    await workspace.close();
  },
  openApp: async ({ workspace, shell, browser, locale }, use) => {
    const clients: Client[] = [];
    await use(async (name, opening) => {
      const client = await (shell === 'browser'
        ? openInBrowser(workspace, name, browser, opening, locale)
        : openInElectron(workspace, name, locale));
      clients.push(client);
      return client;
    });
    await Promise.all(clients.map((client) => client.close()));
  },
  cloudGate: async ({ team }, use) => {
    const gate = await startGate(team.cloud);
    await use(gate);
    await gate.close();
  },
  personAt: async ({ openApp, team }, use) => {
    await use(async (name, place, opening) => {
      const client = await openApp(name, opening);
      const { page } = client;
      if (place === 'here') {
        await startHere(page);
        return { ...client, me: await register(page, name) };
      }
      const me = await team.newPerson(name);
      await joinAs(page, team, me);
      return { ...client, me };
    });
  },
});

export { expect } from '@playwright/test';
