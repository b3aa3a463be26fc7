import { spawn } from 'node:child_process';

/** Rebuilds on each change of a source and restarts the servers on each build. */
const children = [
  spawn('vite', ['build', '--watch', '--logLevel', 'warn'], { stdio: 'inherit' }),
  spawn(
    'node',
    ['--enable-source-maps', '--watch', 'out/node/sealkeep.js', 'serve', ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  ),
];
for (const child of children) {
  child.on('exit', () => {
    for (const other of children) other.kill();
  });
}
