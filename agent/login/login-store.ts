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

const stored = z.object({
  /** Names this device to the KMS over all logins (see `deviceSecret`); stays after a logout. */
  device: z.string(),
  login: tokens.nullable(),
});

/**
 * The login of one profile, in a file that only the person can read. Processes that share the data folder take turns
 * by `locked`, since a refresh token is good once: whoever writes does so inside it.
 */
export function createLoginStore(folder: string, profile: string) {
  const file = path.join(folder, `login-${profile}.json`);
  const locked = <T>(work: () => Promise<T>) => withLock(`${file}.lock`, work);
  const kept = () => readJsonFile(file, stored);
  const read = async () => (await kept()) ?? { device: randomToken(), login: null };
  return {
    read,
    locked,
    /** Null forgets the login and keeps the device. */
    async write(login: StoredLogin | null): Promise<void> {
      await writeJsonFile(file, { ...(await read()), login });
    },
    /** The device's secret, kept from the first call on. */
    device: () =>
      locked(async () => {
        const existing = await kept();
        if (existing) return existing.device;
        const fresh = await read();
        await writeJsonFile(file, fresh);
        return fresh.device;
      }),
  };
}

export type LoginStore = ReturnType<typeof createLoginStore>;
