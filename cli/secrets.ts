import input from '@inquirer/input';
import password from '@inquirer/password';
import { abortable } from '../agent/engine/abortable.ts';
import { newPassword, recoveryCode, totpCode } from '../shared/api/kms/identity.ts';
import { SealkeepError } from '../shared/errors/error.ts';
import { LIMITS } from '../shared/limits.ts';
import type { Terminal } from './terminal.ts';

const NEW_PASSWORD = 'New password (at least 10 characters)';

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
export function createSecretPrompts(
  given: GivenSecrets,
  terminal: Terminal,
  signal?: AbortSignal,
  prompt: typeof promptPerson = promptPerson,
) {
  async function ask(message: string, isHidden: boolean): Promise<string> {
    return terminal.isInputTerminal ? prompt(message, isHidden) : abortable(terminal.readLine(), signal);
  }
  /** Of what is being chosen; whoever types it cannot see it, and types it twice. */
  async function askNew(
    message: string,
    once: string | undefined,
    refusal: (text: string) => string | undefined,
  ) {
    const first = once ?? (await ask(message, true));
    const reason = refusal(first);
    if (reason !== undefined) throw new SealkeepError('USAGE', { reason });
    const isTyped = once === undefined && terminal.isInputTerminal;
    if (isTyped && (await ask('The same again', true)) !== first) {
      throw new SealkeepError('USAGE', { reason: 'The two that were typed differ; nothing was changed.' });
    }
    return first;
  }
  return {
    password: async () => given.password ?? ask('Password', true),
    newPassword: async () => askNew(NEW_PASSWORD, given.password, passwordRefusal),
    /** In the place of the present one, which may be the environment's. */
    nextPassword: async () => askNew(NEW_PASSWORD, undefined, passwordRefusal),
    code: async () => sixDigits(given.totp ?? (await ask('Six-digit code', false))),
    /** The first code of a new authenticator, which nobody can know beforehand. */
    firstCode: async () => sixDigits(await ask('Six-digit code from the authenticator', false)),
    /** @param of what it opens: `the root key PATH`. */
    passphrase: async (of: string, once: string | undefined) => once ?? ask(`Passphrase of ${of}`, true),
    newPassphrase: async (of: string, once: string | undefined) => {
      const least = LIMITS.newPassphrase;
      const refusal = (text: string) =>
        [...text].length < least ? `A passphrase has at least ${least} characters.` : undefined;
      return askNew(`New passphrase for ${of} (at least ${least} characters)`, once, refusal);
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

function promptPerson(message: string, isHidden: boolean): Promise<string> {
  // The prompt goes where the notes go: standard output may be read by a script.
  const context = { output: process.stderr };
  return isHidden ? password({ message, mask: true }, context) : input({ message }, context);
}

function passwordRefusal(text: string): string | undefined {
  const parsed = newPassword.safeParse(text);
  return parsed.success ? undefined : `That password will not do: ${parsed.error.issues[0]?.message ?? ''}.`;
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
