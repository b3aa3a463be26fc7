import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import type { JobParts } from '../../../agent/jobs/parts.ts';
import { type OwnVersion, ownVersion } from '../../../agent/keys/own-version.ts';
import type { VersionStateReply } from '../../../shared/api/kms/keys.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import type { CommandName } from '../../manual/pages.ts';
import { type KeyOptions, parseKeyId, parseVersion } from './key-names.ts';

export interface VersionChange<Options> {
  readonly jobs: JobParts;
  /** The version that is meant; it is there. */
  readonly found: OwnVersion;
  readonly options: Options;
}

/** What became of it, and what a person is told. */
export interface ChangedVersion {
  readonly state: VersionStateReply;
  readonly lines: readonly string[];
  /** What is worth waiting for afterwards. */
  readonly afterwards?: () => Promise<void>;
}

/**
 * Adds a command that changes the state of one version, `VERSION [--key KEY]`, and prints what it came to.
 * @param change its calls belong together, so that Ctrl-C does not hide what was done.
 */
export function addVersionCommand<Options extends KeyOptions>(
  keys: Command,
  context: CliContext,
  name: CommandName,
  change: (version: VersionChange<Options>) => Promise<ChangedVersion>,
  check: (options: Options) => void = () => undefined,
): void {
  const { terminal } = context;
  addCommand(keys, name).action(async (text: string, _options, command: Command) => {
    const options = command.optsWithGlobals<Options>();
    const named = { version: parseVersion(text), keyId: parseKeyId(options.key) };
    check(options);
    const work = async ({ jobs }: Agent) => {
      const found = await ownVersion(jobs, named);
      const { state, lines, afterwards } = await change({ jobs, found, options });
      const { version, status, expiresAt = null } = state;
      if (options.json) terminal.printJson({ key: found.keyId, version, status, until: expiresAt });
      else for (const line of lines) terminal.print(line);
      await afterwards?.();
    };
    await withAgent(context, options, work, { isCloudNeeded: false, isWhole: true });
  });
}
