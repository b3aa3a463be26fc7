import path from 'node:path';
import { REPOSITORY } from '../e2e/support/places.ts';
import { expect, test } from './support/fixtures.ts';
import { register, startHere } from './support/person.ts';

const SHELL = path.join(REPOSITORY, 'out', 'node', 'browser-shell.js');

test('a page whose shell was stopped says so, and no longer that all is ready', async ({
  workspace,
  page,
}) => {
  const shell = workspace.spawn(process.execPath, [SHELL], {
    environment: {
      HOME: await workspace.makeFolder('home'),
      SEALKEEP_HOME: workspace.path('data'),
      SEALKEEP_BROWSER_OPEN: 'no',
    },
  });
  const [, address = ''] = await shell.says(/ready at (\S+)/);
  await page.goto(address);
  await startHere(page);
  await register(page, 'ana');
  await expect(page.getByText('Ready', { exact: true })).toBeVisible();
  shell.signal('SIGINT');
  await shell.ended;
  await expect(page.getByText(/^Sealkeep itself does not answer/)).toBeVisible();
  await expect(page.getByText('Ready', { exact: true })).toBeHidden();
});
