import type { ExitKind } from '../exit-codes.ts';
import type { EnvironmentName, FileName, ManualOption } from './common.ts';

/** All that `sealkeep NAME --help` says of a command; the command's arguments and options are made of it. */
export interface ManualPage {
  readonly name: string;
  /** As commander parses them: `<files...>`. */
  readonly arguments?: string;
  /** One line, for the list of commands as well. */
  readonly summary: string;
  /** How it is called, without `sealkeep NAME`; options of every command left out. */
  readonly usage: readonly string[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly options: readonly ManualOption[];
  /** What it prints: paragraphs, with `--json` among them. */
  readonly output: readonly string[];
  /** The kinds of failure that it may end with beside those that every command has. */
  readonly exits: readonly ExitKind[];
  readonly environment: readonly EnvironmentName[];
  readonly files: readonly FileName[];
  /** A command line, and what comes of it. */
  readonly examples: readonly (readonly [line: string, text: string])[];
}
