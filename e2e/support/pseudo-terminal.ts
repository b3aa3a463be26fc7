import type { Running } from './process.ts';
import type { Workspace } from './workspace.ts';

/** util-linux's `script`: runs a command at a terminal of its own. */
export const PSEUDO_TERMINAL = '/usr/bin/script';

/** Starts a command as if a person had typed it at a terminal; what `press` sends are keys. */
export function startAtTerminal(
  workspace: Workspace,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Running {
  // `exec`, so that no shell stands between: some shells end by a Ctrl-C that was meant for the command.
  const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return workspace.spawn(PSEUDO_TERMINAL, ['-qec', `exec ${line}`, '/dev/null'], {
    environment: { ...environment, TERM: 'xterm-256color' },
  });
}
