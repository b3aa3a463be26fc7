import path from 'node:path';
import { z } from 'zod';
import { randomToken } from '../../core/crypto/random.ts';
import { readJsonFile, writeJsonFile } from '../../core/durable/json-file.ts';
import { type Lock, waitForLock } from '../../core/durable/lock.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

const tokens = z.object({
  user: z.string(),
  access_token: z.string(),
  cloud_token: z.string(),
  refresh_token: z.string(),
  /** Milliseconds since 1970, by this machine's clock. */
  expires_at: z.number(),
  /** What KMS and cloud were called when they issued the tokens: under another name neither takes them. */
  issued_by: z.string().default(''),
});
export type StoredLogin = z.infer<typeof tokens>;

const stored = z.object({
  /** Names this device to the KMS over all logins (see `deviceSecret`); stays after a logout. */
  device: z.string(),
  login: tokens.nullable(),
});

const LOCK_WAIT_MS = 20_000;

/**
 * The login of one profile, in a file that only the person can read. Processes that share the data folder take turns
 * by `locked`, since a refresh token is good once.
 */
export function createLoginStore(folder: string, profile: string) {
  const file = path.join(folder, `login-${profile}.json`);
  const read = async () => (await readJsonFile(file, stored)) ?? { device: randomToken(), login: null };
  return {
    read,
    /** Null forgets the login and keeps the device. */
    async write(login: StoredLogin | null): Promise<void> {
      await writeJsonFile(file, { ...(await read()), login });
    },
    /** The device's secret, kept from the first call on. */
    async device(): Promise<string> {
      const current = await read();
      await writeJsonFile(file, current);
      return current.device;
    },
    /** @throws SealkeepError DATA_FOLDER_BUSY where another process does not let go. */
    async locked<T>(work: () => Promise<T>): Promise<T> {
      const lock: Lock | undefined = await waitForLock(`${file}.lock`, LOCK_WAIT_MS);
      if (!lock) throw new SealkeepError('DATA_FOLDER_BUSY', { folder });
      try {
        return await work();
      } finally {
        lock.release();
      }
    },
  };
}

export type LoginStore = ReturnType<typeof createLoginStore>;
