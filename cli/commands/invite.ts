import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import { DAY_MS } from '../../shared/days.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import { minuteText } from '../time-text.ts';
import { usage } from './file-options.ts';
import { assertNoneLeft } from './none-left.ts';
import { parseId } from './parse-id.ts';

const NEEDS = { isCloudNeeded: false, isWhole: true } as const;

/** `invite` makes an invitation; `invite list` and `invite withdraw` are about those that there are. */
export function addInviteCommands(program: Command, context: CliContext): void {
  const { terminal } = context;
  const invite = addCommand(program, 'invite')
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      assertNoneLeft(command, 'invite');
      const options = command.optsWithGlobals<ClientOptions & { days?: string }>();
      const until = untilOf(options.days, context.now());
      const make = async ({ jobs: { kms, login }, servers, kind }: Agent) => {
        const made = await kms.invite((await login.tokens()).access_token, until);
        // By the names that they were set up with: who is invited may sit at another machine.
        const at = kind === 'remote' ? { kms: servers.kms.name, cloud: servers.cloud.name } : undefined;
        if (options.json) {
          terminal.printJson({ ...made, kms: at?.kms ?? null, cloud: at?.cloud ?? null });
          return;
        }
        terminal.print(
          `Hand this invitation over to one person; it is good once, until ${minuteText(made.until)}, and is not shown again:`,
        );
        terminal.print(`  ${made.invitation}`);
        terminal.print('Whoever gets it registers so, and is asked for it:');
        terminal.print(
          `  sealkeep register NAME --invitation${at ? ` --kms ${at.kms} --cloud ${at.cloud}` : ''}`,
        );
        if (at) terminal.print('or in the window: Join a team, with these two addresses.');
      };
      await withAgent(context, options, make, NEEDS);
    });
  addCommand(invite, 'invite list').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const list = async ({ jobs: { kms, login } }: Agent) => {
      for (const one of await kms.invitations((await login.tokens()).access_token)) {
        if (options.json) terminal.printJson(one);
        else terminal.print(`${one.id}  from ${one.by}, until ${minuteText(one.until)}`);
      }
    };
    await withAgent(context, options, list, { isCloudNeeded: false });
  });
  addCommand(invite, 'invite withdraw').action(async (text: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const id = parseId(text, 'invitation', 'invite list');
    const withdraw = async ({ jobs: { kms, login } }: Agent) => {
      await kms.withdrawInvitation((await login.tokens()).access_token, id);
      if (options.json) terminal.printJson({ id });
      else terminal.print('That invitation is good no more.');
    };
    await withAgent(context, options, withdraw, NEEDS);
  });
}

/** @throws SealkeepError USAGE */
function untilOf(days: string | undefined, now: Date): { until?: string } {
  if (days === undefined) return {};
  const number = /^\d{1,2}$/.test(days) ? Number(days) : 0;
  if (number < 1 || number > 30) throw usage('--days takes a number from 1 to 30.');
  return { until: new Date(now.getTime() + number * DAY_MS).toISOString() };
}
