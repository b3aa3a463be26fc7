import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { identityAt } from '../agent/engine/file-identity.ts';
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

test('an original goes to the system’s trash while it is the file that was proved; what fails is said', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-electron-trash-'));
  try {
    const file = path.join(folder, 'report.txt');
    await writeFile(file, 'proved');
    const expected = await identityAt(file);
    const { trash } = createSystem(() => undefined);
    expect(await trash?.(file, expected)).toBeUndefined();
    expect(shell.trashItem.mock.calls).toEqual([[file]]);

    const cause = new Error('Failed to move item to trash');
    shell.trashItem.mockRejectedValueOnce(cause);
    await expect(trash?.(file, expected)).rejects.toMatchObject({ code: 'TRASH_FAILED', cause });

    shell.trashItem.mockClear();
    await writeFile(file, 'edited since');
    await expect(trash?.(file, expected)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await expect(trash?.('report.txt', expected)).rejects.toThrow('not a path of the agent');
    expect(shell.trashItem).not.toHaveBeenCalled();
  } finally {
    await rm(folder, { recursive: true });
  }
});
