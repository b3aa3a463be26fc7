import { execFile, spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Another program's way to seal a file and to open it. */
export interface OtherProgram {
  readonly name: string;
  seal(source: string, output: string): Promise<unknown>;
  open(sealed: string, output: string): Promise<unknown>;
}

/** Those that are installed, and `cp`, which only copies. */
export async function otherPrograms(folder: string): Promise<{ found: OtherProgram[]; missing: string[] }> {
  const makers = { age, openssl, gpg, rclone };
  const names = Object.keys(makers) as (keyof typeof makers)[];
  const isThere = (name: string) => spawnSync('which', [name]).status === 0;
  const found = await Promise.all(names.filter(isThere).map((name) => makers[name](folder)));
  return { found: [...found, cp], missing: names.filter((name) => !isThere(name)) };
}

const cp: OtherProgram = {
  name: 'cp',
  seal: (source, output) => run('cp', [source, output]),
  open: (sealed, output) => run('cp', [sealed, output]),
};

async function age(folder: string): Promise<OtherProgram> {
  const key = path.join(folder, 'age.key');
  await rm(key, { force: true });
  await run('age-keygen', ['-o', key]);
  const recipient = /age1\w+/.exec(await readFile(key, 'utf8'))?.[0] ?? '';
  return {
    name: 'age',
    seal: (source, output) => run('age', ['-r', recipient, '-o', output, source]),
    open: (sealed, output) => run('age', ['-d', '-i', key, '-o', output, sealed]),
  };
}

/** A password's derivation would be measured with it: the key and the start value are given. CTR proves nothing. */
async function openssl(): Promise<OtherProgram> {
  const how = ['enc', '-aes-256-ctr', '-K', 'ab'.repeat(32), '-iv', 'cd'.repeat(16)];
  return {
    name: 'openssl',
    seal: (source, output) => run('openssl', [...how, '-in', source, '-out', output]),
    open: (sealed, output) => run('openssl', [...how, '-d', '-in', sealed, '-out', output]),
  };
}

async function gpg(folder: string): Promise<OtherProgram> {
  const home = path.join(folder, 'gpg');
  await run('mkdir', ['-m', '700', '-p', home]);
  const how = ['--homedir', home, '--batch', '--yes', '--quiet', '--pinentry-mode', 'loopback'];
  const secret = ['--passphrase', 'bench', '--compress-algo', 'none'];
  return {
    name: 'gpg',
    seal: (source, output) => run('gpg', [...how, ...secret, '-o', output, '--symmetric', source]),
    open: (sealed, output) => run('gpg', [...how, ...secret, '-o', output, '--decrypt', sealed]),
  };
}

async function rclone(folder: string): Promise<OtherProgram> {
  const config = path.join(folder, 'rclone.conf');
  const { stdout } = await run('rclone', ['obscure', 'bench']);
  const base = path.join(folder, 'rclone');
  await run('mkdir', ['-p', base]);
  const lines = [
    '[sealed]',
    'type = crypt',
    `remote = ${base}`,
    'filename_encryption = off',
    `password = ${stdout}`,
  ];
  await writeFile(config, lines.join('\n'));
  const how = ['--config', config];
  return {
    name: 'rclone',
    async seal(source, output) {
      await run('rclone', [...how, 'copyto', source, `sealed:${path.basename(output)}`]);
      await run('mv', [path.join(base, `${path.basename(output)}.bin`), output]);
    },
    async open(sealed, output) {
      await run('mv', [sealed, path.join(base, 'sealed.bin')]);
      await run('rclone', [...how, 'copyto', 'sealed:sealed', output]);
      await run('mv', [path.join(base, 'sealed.bin'), sealed]);
    },
  };
}
