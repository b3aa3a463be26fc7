import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createAuthenticator } from './support/authenticator.ts';
import { jsonLines } from './support/json-lines.ts';
import { createDevice, login, PASSWORD, type Person, register, serverOptions } from './support/person.ts';
import { type Servers, startServers } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let servers: Servers;
/** The first, and so administrator. */
let ann: Person;
let ben: Person;
beforeAll(async () => {
  workspace = await createWorkspace();
  servers = await startServers(workspace);
  ann = await register(createDevice(workspace, 'ann'), 'ann', serverOptions(servers));
  ben = await register(createDevice(workspace, 'ben'), 'ben', serverOptions(servers));
});
afterAll(() => workspace.close());

/** A command that has to succeed, with what it prints as JSON. */
async function json<Schema extends z.ZodType>(
  { device }: Pick<Person, 'device'>,
  args: readonly string[],
  schema: Schema,
  environment: Record<string, string> = {},
): Promise<z.output<Schema>[]> {
  const { exitCode, stdout, stderr } = await device.run([...args, '--json'], { environment });
  if (exitCode !== 0) throw new Error(`sealkeep ${args.join(' ')}: ${stdout}${stderr}`);
  return jsonLines(stdout, schema);
}

const userLine = z.strictObject({
  id: z.string(),
  user: z.string(),
  role: z.string(),
  state: z.string(),
  created_at: z.string(),
  last_seen_at: z.string().nullable(),
  logins: z.number(),
});

test('servers that nobody is registered at say a setup code, which goes with the first person', async () => {
  const [, code = ''] = /^ {2}setup {2}(\S+)$/m.exec(servers.running.output()) ?? [];
  expect(Buffer.from(code, 'base64url')).toHaveLength(16);
  // Ann registered on this machine: the code went with that.
  const late = createDevice(workspace, 'late');
  const refused = await late.refusal(['register', 'late', '--invitation', ...serverOptions(servers)], {
    environment: { SEALKEEP_PASSWORD: PASSWORD },
    input: [code],
  });
  expect(refused).toMatchObject({ code: 'INVITATION_REFUSED', exitCode: 3 });
});

test('an administrator invites, lists and changes people; a member may not', async () => {
  const made = z.strictObject({
    ...{ id: z.string(), invitation: z.string(), until: z.string() },
    ...{ kms: z.literal(servers.kms), cloud: z.literal(servers.cloud) },
  });
  const [invitation] = await json(ann, ['invite', '--days', '2'], made);
  expect((await ann.device.run(['invite', 'list'])).stdout).toContain(`${invitation?.id}  from ann, until `);
  const carl = createDevice(workspace, 'carl');
  const running = carl.start(['register', 'carl', '--invitation', '--json', ...serverOptions(servers)], {
    environment: { SEALKEEP_PASSWORD: PASSWORD },
  });
  running.type(invitation?.invitation ?? '');
  const [line] = await running.says(/\{"otp_uri".*\}/);
  running.type(
    await createAuthenticator(z.object({ otp_uri: z.string() }).parse(JSON.parse(line)).otp_uri).code(),
  );
  running.closeInput();
  expect((await running.ended).exitCode).toBe(0);
  const again = await json(ann, ['invite'], made);
  expect((await ann.device.run(['invite', 'withdraw', '--', again[0]?.id ?? ''])).stdout).toMatch(/no more/);

  expect((await ann.device.run(['users', 'disable', 'carl'])).stdout).toMatch(
    /^carl is logged out of the KMS at once/,
  );
  expect((await ann.device.run(['users', 'enable', 'CARL'])).stdout).toBe('carl may log in again.\n');
  const role = z.strictObject({ user: z.string(), role: z.string() });
  const code = { SEALKEEP_TOTP: await ann.authenticator.code() };
  expect(await json(ann, ['users', 'role', 'carl', 'administrator'], role, code)).toEqual([
    { user: 'carl', role: 'administrator' },
  ]);
  const list = await json(ann, ['users'], userLine);
  expect(list.map((one) => [one.user, one.role, one.state, one.logins])).toEqual([
    ['ann', 'administrator', 'active', 1],
    ['ben', 'member', 'active', 1],
    ['carl', 'administrator', 'active', 0],
  ]);
  expect((await ann.device.run(['users'])).stdout).toMatch(
    /^ann {3}administrator {2}active {5}seen .* 1 login$/m,
  );
  expect(await ben.device.refusal(['users'])).toMatchObject({ code: 'ADMINISTRATOR_REQUIRED', exitCode: 4 });
  for (const what of ['approve', 'decline']) {
    expect(await ann.device.refusal(['users', what, 'ben'])).toMatchObject({
      code: 'USER_STATE',
      message: expect.stringContaining('Only who waits for approval can be'),
    });
  }
  expect(await ann.device.refusal(['users', 'enable', 'nobody'])).toMatchObject({ code: 'USER_NOT_FOUND' });
  expect(await ann.device.refusal(['invite', 'withdraw', 'zzz'])).toMatchObject({ code: 'USAGE' });
  expect(await ann.device.refusal(['users', 'remove', 'ben'])).toMatchObject({ code: 'USAGE', exitCode: 2 });
});

test('a lost authenticator is replaced, the person is told, and ends their account', async () => {
  const handed = z.strictObject({ user: z.string(), reset_code: z.string(), until: z.string() });
  const [reset] = await json(ann, ['users', 'reset', 'ben'], handed, {
    SEALKEEP_TOTP: await ann.authenticator.code(),
  });
  const running = ben.device.start(['account', 'reset', 'ben', '--json'], {
    environment: { SEALKEEP_PASSWORD: PASSWORD },
  });
  running.type(reset?.reset_code ?? '');
  const [line] = await running.says(/\{"otp_uri".*\}/);
  const authenticator = createAuthenticator(
    z.object({ otp_uri: z.string() }).parse(JSON.parse(line)).otp_uri,
  );
  running.type(await authenticator.code());
  running.closeInput();
  const { stdout } = await running.ended;
  const codes = z.object({ recovery_codes: z.array(z.string()).optional() });
  const recoveryCodes = jsonLines(stdout, codes).at(-1)?.recovery_codes ?? [];
  expect(recoveryCodes).toHaveLength(10);
  expect(await ben.device.refusal(['account'])).toMatchObject({ code: 'NOT_LOGGED_IN', exitCode: 3 });

  const entered = await login(ben.device, 'ben', await authenticator.code());
  expect(entered.stdout).toBe('You are logged in as ben.\n');
  expect(entered.stderr).toMatch(/^ann gave out a code to replace your authenticator/);
  expect((await ben.device.run(['account'])).stdout).toMatch(
    /^ben is logged in on 1 device:\n {2}\S+ .*\(this one\)\n$/,
  );
  const ended = z.strictObject({ ended: z.number() });
  expect(await json(ben, ['account', 'end', '--others'], ended)).toEqual([{ ended: 0 }]);
  expect(await ben.device.refusal(['account', 'end'])).toMatchObject({ code: 'USAGE' });
  expect(await ben.device.refusal(['account', 'delete'])).toMatchObject({ code: 'USAGE' });
  const secrets = { SEALKEEP_PASSWORD: PASSWORD, SEALKEEP_TOTP: await authenticator.code() };
  const deleted = await ben.device.run(['account', 'delete', '--yes'], { environment: secrets });
  expect(deleted.stdout).toBe('The account ben is deleted.\n');
  expect((await ann.device.run(['users'])).stdout).toMatch(/^ben .* deleted /m);
});

test('somebody sets up a new authenticator and recovery codes by themselves', async () => {
  const secrets = { SEALKEEP_PASSWORD: PASSWORD };
  const running = ann.device.start(['account', 'new-authenticator', '--recovery', '--json'], {
    environment: secrets,
  });
  running.type(ann.recoveryCodes[0] ?? '');
  const [line] = await running.says(/\{"otp_uri".*\}/);
  const authenticator = createAuthenticator(
    z.object({ otp_uri: z.string() }).parse(JSON.parse(line)).otp_uri,
  );
  running.type(await authenticator.code());
  running.closeInput();
  expect((await running.ended).exitCode).toBe(0);
  expect((await login(ann.device, 'ann', await authenticator.code())).exitCode).toBe(0);
  const codes = z.strictObject({ recovery_codes: z.array(z.string()).length(10) });
  const code = { SEALKEEP_TOTP: await authenticator.code() };
  expect(await json(ann, ['account', 'recovery-codes'], codes, code)).toHaveLength(1);
});
