import { afterEach, expect, test } from 'vitest';
import { BrowserWindow, dialog, resetElectron, shell } from '../test/electron.stub.ts';
import { createSystem } from './system.ts';

afterEach(resetElectron);

test('STYLE 6: the agent’s own paths are shown in their folder, and what is no whole path is not', async () => {
  const system = createSystem(() => undefined);
  await system.showInFolder?.('/home/ada/report.txt.enc');
  expect(shell.showItemInFolder.mock.calls).toEqual([['/home/ada/report.txt.enc']]);
  for (const path of ['', 'report.txt', '../report.txt', 'https://example.com/']) {
    await expect(system.showInFolder?.(path)).rejects.toThrow('not a path of the agent');
  }
  expect(shell.showItemInFolder).toHaveBeenCalledOnce();
});

test('a folder is chosen in the system’s box, over the window where there is one', async () => {
  const window = new BrowserWindow({});
  const options = { properties: ['openDirectory', 'createDirectory'] };
  dialog.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/chosen'] });
  expect(await createSystem(() => window as never).chooseFolder?.()).toBe('/chosen');
  dialog.showOpenDialog.mockResolvedValueOnce({ canceled: true, filePaths: [] });
  expect(await createSystem(() => undefined).chooseFolder?.()).toBeUndefined();
  expect(dialog.showOpenDialog.mock.calls).toEqual([[window, options], [options]]);
});
