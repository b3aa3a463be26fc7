import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLogFile } from './log-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a log goes on where it was, and begins anew when it has grown large, with one kept beside it', async () => {
  const file = path.join(folder, 'shell.log');
  const write = (line: string) => void openLogFile(file, 12).write(line);
  write('first\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  write('second\n');
  write('third\n');
  expect(await readFile(file, 'utf8')).toBe('third\n');
  expect(await readFile(`${file}.before`, 'utf8')).toBe('first\nsecond\n');
  write('a fourth line\n');
  write('fifth\n');
  expect(await readdir(folder)).toHaveLength(2);
  expect(await readFile(`${file}.before`, 'utf8')).toBe('third\na fourth line\n');
});
