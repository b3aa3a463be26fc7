import type { Command } from 'commander';
import type { Agent } from '../../../agent/agent.ts';
import { userRole } from '../../../shared/api/kms/user-role.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { addCommand } from '../../manual/add-command.ts';
import { minuteText } from '../../time-text.ts';
import { usage } from '../file-options.ts';
import { findUser } from './find-user.ts';

const NEEDS = { isCloudNeeded: false, isWhole: true } as const;

const CHANGES = {
  approve: (user: string) => `${user} may log in now.`,
  decline: (user: string) => `${user} is turned away. The name is free again.`,
  disable: (user: string) =>
    `${user} is logged out of the KMS at once, opens nothing any more and may not log in. For ten minutes at most the cloud may still list and give out sealed files to a login of ${user}'s. What ${user} shared stays open to others.`,
  enable: (user: string) => `${user} may log in again.`,
} as const;

/** `users approve`, `users decline`, `users disable`, `users enable` */
export function addChangeCommands(users: Command, context: CliContext): void {
  const { terminal } = context;
  for (const what of ['approve', 'decline', 'disable', 'enable'] as const) {
    addCommand(users, `users ${what}`).action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<ClientOptions>();
      const change = async ({ jobs }: Agent) => {
        const { access_token } = await jobs.login.tokens();
        const { id } = await findUser(jobs, access_token, name);
        const { user, state } = await jobs.kms.changeUser(access_token, id, what);
        if (options.json) terminal.printJson({ user, state });
        else terminal.print(CHANGES[what](user));
      };
      await withAgent(context, options, change, NEEDS);
    });
  }
}

/** `users role` */
export function addRoleCommand(users: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(users, 'users role').action(async (name: string, text: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const wanted = userRole.safeParse(text);
    if (!wanted.success) throw usage(`${text} is no role: it is member or administrator.`);
    const change = async ({ jobs }: Agent) => {
      const { id } = await findUser(jobs, (await jobs.login.tokens()).access_token, name);
      const code = await secrets.code();
      const { access_token } = await jobs.login.tokens();
      const { user, role } = await jobs.kms.changeRole(access_token, id, { role: wanted.data, code });
      if (options.json) terminal.printJson({ user, role });
      else
        terminal.print(role === 'member' ? `${user} is a member now.` : `${user} is an administrator now.`);
    };
    await withAgent(context, options, change, NEEDS);
  });
}

/** `users reset` */
export function addResetCommand(users: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(users, 'users reset').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const reset = async ({ jobs }: Agent) => {
      const { id, user } = await findUser(jobs, (await jobs.login.tokens()).access_token, name);
      const code = await secrets.code();
      const { access_token } = await jobs.login.tokens();
      const { reset_code, until } = await jobs.kms.handReset(access_token, id, code);
      if (options.json) {
        terminal.printJson({ user, reset_code, until });
        return;
      }
      terminal.print(
        `Hand this code over to ${user}; it is good once, until ${minuteText(until)}, and is not shown again:`,
      );
      terminal.print(`  ${reset_code}`);
      terminal.print(
        `With it and the password, "sealkeep account reset ${user}" sets up a new authenticator.`,
      );
    };
    await withAgent(context, options, reset, NEEDS);
  });
}
