import input from '@inquirer/input';
import password from '@inquirer/password';
import { abortable } from '../agent/engine/abortable.ts';
import { recoveryCode, totpCode } from '../shared/api/kms/identity.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { LIMITS } from '../shared/limits.ts';
import type { Terminal } from './terminal.ts';

/** Secrets that came by the environment; each is good once. */
export interface GivenSecrets {
  password: string | undefined;
  totp: string | undefined;
}

/** Takes the secrets out of the environment, so that nothing that is started later inherits them. */
export function takeSecrets(environment: NodeJS.ProcessEnv): GivenSecrets {
  const { SEALKEEP_PASSWORD, SEALKEEP_TOTP } = environment;
  delete environment['SEALKEEP_PASSWORD'];
  delete environment['SEALKEEP_TOTP'];
  return { password: SEALKEEP_PASSWORD, totp: SEALKEEP_TOTP };
}

/** Asks for secrets: the environment's first, then at the terminal, else as lines of standard input in that order. @param signal ends the waiting for a line. */
export function createSecretPrompts(given: GivenSecrets, terminal: Terminal, signal?: AbortSignal) {
  async function ask(message: string, isHidden: boolean): Promise<string> {
    if (!terminal.isInputTerminal) return abortable(terminal.readLine(), signal);
    // The prompt goes where the notes go: standard output may be read by a script.
    const context = { output: process.stderr };
    return isHidden ? password({ message, mask: true }, context) : input({ message }, context);
  }
  return {
    password: async () => given.password ?? ask('Password', true),
    newPassword: async (message = 'New password (at least 10 characters)') =>
      given.password ?? ask(message, true),
    code: async () => sixDigits(given.totp ?? (await ask('Six-digit code', false))),
    /** The first code of a new authenticator, which nobody can know beforehand. */
    firstCode: async () => sixDigits(await ask('Six-digit code from the authenticator', false)),
    /** @param of what it opens: `the root key PATH`. */
    passphrase: async (of: string, once: string | undefined) => once ?? ask(`Passphrase of ${of}`, true),
    /** Of what is being made; whoever types it cannot see it, and types it twice. */
    async newPassphrase(of: string, once: string | undefined): Promise<string> {
      const least = LIMITS.newPassphrase;
      const first = once ?? (await ask(`New passphrase for ${of} (at least ${least} characters)`, true));
      if ([...first].length < least) {
        throw new SealkeepError('USAGE', { reason: `A passphrase has at least ${least} characters.` });
      }
      const isTyped = once === undefined && terminal.isInputTerminal;
      if (isTyped && (await ask('The same again', true)) !== first) {
        throw new SealkeepError('USAGE', { reason: 'The two passphrases differ; nothing was made.' });
      }
      return first;
    },
    /** An administrator's, or the setup code of a KMS; either is good once. */
    invitation: async () => (await ask('Invitation or setup code', true)).trim(),
    resetCode: async () =>
      fitting(
        recoveryCode,
        await ask('Code from the administrator', false),
        'A reset code looks like abcd-efgh-2345-6723.',
      ),
    recoveryCode: async () =>
      fitting(
        recoveryCode,
        await ask('Recovery code', false),
        'A recovery code looks like abcd-efgh-2345-6723.',
      ),
  };
}

function sixDigits(text: string): string {
  return fitting(totpCode, text.replace(/\s/g, ''), 'A code has six digits.');
}

/** @throws SealkeepError USAGE before a server is asked with what can't be right. */
function fitting(schema: typeof totpCode | typeof recoveryCode, text: string, reason: string): string {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new SealkeepError('USAGE', { reason });
}

export type SecretPrompts = ReturnType<typeof createSecretPrompts>;
