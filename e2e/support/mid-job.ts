import { watch } from 'node:fs';
import { open, readdir } from 'node:fs/promises';

/** A file without content of its own: large enough that nobody seals it before a test has stopped them. */
export async function makeHugeFile(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.truncate(8 * 1024 ** 3);
  } finally {
    await handle.close();
  }
}

/** Waits until a job is at work in the folder: until its temporary file is there. */
export async function waitForTemporary(folder: string): Promise<string> {
  const find = async () => (await readdir(folder)).find((name) => name.endsWith('.sealkeep-tmp'));
  const changes = watch(folder);
  try {
    return await new Promise<string>((resolve, reject) => {
      const look = () => find().then((name) => name !== undefined && resolve(name), reject);
      changes.on('change', look).on('error', reject);
      void look();
    });
  } finally {
    changes.close();
  }
}
