import path from 'node:path';
import { z } from 'zod';
import { randomToken } from '../../core/crypto/random.ts';
import { readJsonFile, writeJsonFile } from '../../core/durable/json-file.ts';
import { withLock } from '../../core/durable/lock.ts';
import { userRole } from '../../shared/api/kms/user-role.ts';

const tokens = z.object({
  user: z.string(),
  access_token: z.string(),
  cloud_token: z.string(),
  refresh_token: z.string(),
  /** Milliseconds since 1970, by this machine's clock. */
  expires_at: z.number(),
  /** What KMS and cloud were called when they issued the tokens: under another name neither takes them. */
  issued_by: z.string().default(''),
  /** As it was when the tokens were issued. */
  role: userRole.default('member'),
});
export type StoredLogin = z.infer<typeof tokens>;

const kept = z.object({
  /** Names this device to the KMS over all logins (see `deviceSecret`); stays after a logout. */
  device: z.string(),
  login: tokens.nullable(),
  /** Who registered or logged in last; stays after a logout. */
  last_user: z.string().nullable().default(null),
});
type Stored = z.output<typeof kept>;
/** A file that was written before there was `last_user` tells it by the login. */
const stored = kept.transform((file) => ({ ...file, last_user: file.last_user ?? file.login?.user ?? null }));

/**
 * The login of one profile, in a file that only the person can read. Processes that share the data folder take turns
 * by `locked`, since a refresh token is good once: whoever writes does so inside it.
 */
export function createLoginStore(folder: string, profile: string) {
  const file = path.join(folder, `login-${profile}.json`);
  const locked = <T>(work: () => Promise<T>) => withLock(`${file}.lock`, work);
  const existing = () => readJsonFile(file, stored);
  const read = async (): Promise<Stored> =>
    (await existing()) ?? { device: randomToken(), login: null, last_user: null };
  return {
    read,
    locked,
    /** Replaces what is given and keeps the rest; the device always. */
    async write(change: Partial<Omit<Stored, 'device'>>): Promise<void> {
      await writeJsonFile(file, { ...(await read()), ...change });
    },
    /** The device's secret, kept from the first call on. */
    device: () =>
      locked(async () => {
        const before = await existing();
        if (before) return before.device;
        const fresh = await read();
        await writeJsonFile(file, fresh);
        return fresh.device;
      }),
  };
}

export type LoginStore = ReturnType<typeof createLoginStore>;
