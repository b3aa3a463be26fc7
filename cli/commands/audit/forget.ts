import type { Command } from 'commander';
import { createCheckpointStore } from '../../../agent/audit/checkpoint-store.ts';
import { OWN_PROFILE, profileId } from '../../../agent/profile/profiles.ts';
import { clientDataFolder, targetOf } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';

/** Asks no server: whoever is not believed any more has nothing to say in it. */
export function addForgetCommand(audit: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(audit, 'audit forget').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const folder = await clientDataFolder(context);
    const target = await targetOf(folder, options);
    const profile = target.kind === 'own' ? OWN_PROFILE.id : profileId(target.addresses);
    const store = createCheckpointStore(folder, profile);
    const seen = await store.read();
    await store.forget();
    if (options.json) terminal.printJson({ forgotten: seen?.seq ?? null });
    else if (seen)
      terminal.print(`Forgot the audit log up to entry ${seen.seq}; the next login trusts it anew.`);
    else terminal.print('Nothing was seen of that audit log yet.');
  });
}
