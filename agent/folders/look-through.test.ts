import path from 'node:path';
import { expect, test } from 'vitest';
import { lookThrough } from './look-through.ts';
import { folderOfDisk } from './readable-folder.ts';

test('the top of a disk has no name that a sealed folder could take', async () => {
  const file = path.parse(process.cwd()).root;
  const looking = lookThrough(folderOfDisk(file), { leaveOut: (_, error) => expect.fail(error.message) });
  await expect(looking).rejects.toMatchObject({ code: 'FILE_NAMELESS', details: { file } });
});
