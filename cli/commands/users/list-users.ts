import type { UserReply } from '../../../shared/api/kms/administration.ts';
import { withAgent } from '../../connect.ts';
import type { CliContext, ClientOptions } from '../../context.ts';
import { counted } from '../../counted.ts';
import { minuteText } from '../../time-text.ts';

/** `sealkeep users` */
export async function listUsers(context: CliContext, options: ClientOptions): Promise<void> {
  const { terminal } = context;
  await withAgent(
    context,
    options,
    async ({ jobs: { kms, login } }) => {
      const users = await kms.users((await login.tokens()).access_token);
      const width = Math.max(...users.map(({ user }) => user.length));
      for (const user of users) {
        if (options.json) terminal.printJson({ ...user, last_seen_at: user.last_seen_at ?? null });
        else terminal.print(userLine(user, width));
      }
    },
    { isCloudNeeded: false },
  );
}

function userLine({ user, role, state, last_seen_at, logins }: UserReply, width: number): string {
  const seen = last_seen_at === undefined ? 'never seen' : `seen ${minuteText(last_seen_at)}`;
  return `${user.padEnd(width)}  ${role.padEnd(13)}  ${state.padEnd(9)}  ${seen.padEnd(21)}  ${counted(logins, 'login')}`.trimEnd();
}
