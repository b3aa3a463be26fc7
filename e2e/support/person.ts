import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import { type FileOutcomes, fileOutcomes, jsonLines } from './json-lines.ts';
import type { Ended, Running } from './process.ts';
import type { CommandOptions, Workspace } from './workspace.ts';

export const PASSWORD = 'correct horse battery';

/** A data folder with whom it belongs to. */
export interface Device {
  readonly home: string;
  run(args: readonly string[], options?: CommandOptions): Promise<Ended>;
  start(args: readonly string[], options?: CommandOptions): Running;
  /** Runs a command with `--json`, which has to succeed, and gives what it says of its files. */
  files(args: readonly string[], options?: CommandOptions): Promise<FileOutcomes['finished']>;
  /** Runs a command with `--json`, which has to fail for its one file, and gives the error. */
  refusal(args: readonly string[], options?: CommandOptions): Promise<Refusal>;
  /** The tokens of its login, as its file in the data folder keeps them. */
  tokens(): Promise<z.output<typeof loginFile>['login']>;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number | null;
}

export interface Person {
  readonly name: string;
  readonly authenticator: Authenticator;
  /** Each is good once; take them with `shift`. */
  readonly recoveryCodes: string[];
  /** Where the person registered, and is logged in. */
  readonly device: Device;
}

const loginFile = z.object({
  login: z.object({ user: z.string(), access_token: z.string(), cloud_token: z.string() }),
});
const errorLine = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A data folder where nobody is logged in; `servers` are the options that say with whom to work. */
export function createDevice(workspace: Workspace, name: string, servers: readonly string[] = []): Device {
  const home = workspace.path(`home-${name}`);
  const within = ({ environment, ...options }: CommandOptions = {}) => ({
    ...options,
    environment: { SEALKEEP_HOME: home, ...environment },
  });
  const run: Device['run'] = (args, options) => workspace.run([...args, ...servers], within(options));
  return {
    home,
    run,
    start: (args, options) => workspace.start([...args, ...servers], within(options)),
    async files(args, options) {
      const { exitCode, stdout, stderr } = await run([...args, '--json'], options);
      if (exitCode !== 0)
        throw new Error(`sealkeep ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
      return fileOutcomes(stdout).finished;
    },
    async refusal(args, options) {
      const { exitCode, stdout } = await run([...args, '--json'], options);
      const [line, ...more] = jsonLines(stdout, errorLine);
      if (!line || more.length > 0) throw new Error(`sealkeep ${args.join(' ')} said ${stdout}`);
      return { ...line.error, exitCode };
    },
    async tokens() {
      const name = (await readdir(home)).find((file) => /^login-.*\.json$/.test(file)) ?? '';
      return loginFile.parse(JSON.parse(await readFile(path.join(home, name), 'utf8'))).login;
    },
  };
}

/** The options that choose servers, for the first command; later ones remember them. */
export function serverOptions({ kms, cloud }: { readonly kms: string; readonly cloud: string }): string[] {
  return ['--kms', kms, '--cloud', cloud];
}

/** `register NAME --json`, as a script does it. The code before the present one is used up by it. */
export async function register(
  device: Device,
  name: string,
  options: readonly string[] = [],
): Promise<Person> {
  const running = device.start(['register', name, '--json', ...options], {
    environment: { SEALKEEP_PASSWORD: PASSWORD },
  });
  const [line] = await running.says(/\{"otp_uri".*\}/);
  const authenticator = createAuthenticator(
    z.object({ otp_uri: z.string() }).parse(JSON.parse(line)).otp_uri,
  );
  running.type(await authenticator.code());
  running.closeInput();
  const { exitCode, stdout, stderr } = await running.ended;
  if (exitCode !== 0) throw new Error(`register ${name} ended with ${exitCode}: ${stderr}`);
  const [, last] = jsonLines(stdout, z.object({ recovery_codes: z.array(z.string()).optional() }));
  return { name, authenticator, recoveryCodes: last?.recovery_codes ?? [], device };
}

/** Logs in as a script does. */
export function login(
  device: Device,
  name: string,
  code: string,
  options: readonly string[] = [],
): Promise<Ended> {
  return device.run(['login', name, ...options], {
    environment: { SEALKEEP_PASSWORD: PASSWORD, SEALKEEP_TOTP: code },
  });
}
