import type { Command } from 'commander';
import type { Agent } from '../../agent/agent.ts';
import type { Notice } from '../../shared/api/kms/identity.ts';
import { withAgent } from '../connect.ts';
import type { CliContext, ClientOptions } from '../context.ts';
import { addCommand } from '../manual/add-command.ts';
import { minuteText } from '../time-text.ts';
import { parseUserName } from './register.ts';

/** What a person should know of what somebody else did to their account. */
function noticeText({ kind, at, by }: Notice): string {
  switch (kind) {
    case 'authenticator_reset':
      return `${by} gave out a code to replace your authenticator (${minuteText(at)}). If you did not ask for that, change your password and tell another administrator.`;
  }
}

export function addLoginCommands(program: Command, context: CliContext): void {
  const { terminal, secrets } = context;
  addCommand(program, 'login').action(async (name: string, _options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions & { recovery?: true }>();
    const logIn = async ({ login }: Agent) => {
      const user = parseUserName(name);
      const password = await secrets.password();
      const proof = options.recovery
        ? { recovery_code: await secrets.recoveryCode() }
        : { code: await secrets.code() };
      const notices = await login.login(user, { password, ...proof });
      if (options.json) terminal.printJson({ user, ...(notices.length > 0 ? { notices } : {}) });
      else {
        terminal.print(`You are logged in as ${user}.`);
        for (const notice of notices) terminal.note(noticeText(notice));
      }
    };
    await withAgent(context, options, logIn, { isEntry: true });
  });
  addCommand(program, 'logout').action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<ClientOptions>();
    const logout = async ({ login }: Agent) => {
      await login.logout();
      if (options.json) terminal.printJson({});
      else terminal.print('You are logged out.');
    };
    await withAgent(context, options, logout, { isWhole: true });
  });
}
