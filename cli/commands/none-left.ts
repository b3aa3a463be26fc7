import type { Command } from 'commander';
import { usage } from './file-options.ts';

/** A command that has others below it takes no arguments: what looks like one is a command that there is not. */
export function assertNoneLeft({ args: [unknown] }: Command, name: string): void {
  if (unknown === undefined) return;
  throw usage(`There is no "sealkeep ${name} ${unknown}"; "sealkeep ${name} --help" names what there is.`);
}
