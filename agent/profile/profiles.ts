import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { sha256 } from '../../core/crypto/hash.ts';
import { readJsonFile, writeJsonFile } from '../../core/durable/json-file.ts';
import { withLock } from '../../core/durable/lock.ts';
import type { KnownServer } from '../servers/check-identity.ts';

const knownServer = z.object({
  address: z.string(),
  name: z.string(),
  kids: z.array(z.string()),
  /** Absent for a cloud, and where the KMS was seen last by a version without secure sessions. */
  identity: z.string().optional(),
});
const profile = z.object({
  /** Where KMS and cloud are, and who they are; null for the servers inside the data folder itself. */
  servers: z.object({ kms: knownServer, cloud: knownServer }).nullable(),
});
/** `current` is null where the person went back to the choice. */
const profiles = z.object({ current: z.string().nullable(), profiles: z.record(z.string(), profile) });

/** The pair of servers that a data folder works with. */
export interface RemoteServers {
  readonly kms: KnownServer;
  readonly cloud: KnownServer;
}

export interface Profile {
  /** Names the profile's own files in the data folder. */
  readonly id: string;
  /** Undefined for the servers inside the data folder itself. */
  readonly servers: RemoteServers | undefined;
}

export interface Addresses {
  readonly kms: string;
  readonly cloud: string;
}

export const OWN_PROFILE: Profile = { id: 'own', servers: undefined };

/** The profiles of a data folder, in `profiles.json`. */
export function createProfileStore(folder: string) {
  const file = path.join(folder, 'profiles.json');
  const read = async () => (await readJsonFile(file, profiles)) ?? { current: null, profiles: {} };
  const find = async (id: string | null): Promise<Profile | undefined> => {
    const servers = id === null ? undefined : (await read()).profiles[id]?.servers;
    return id !== null && servers ? { id, servers } : undefined;
  };
  return {
    async current(): Promise<Profile> {
      return (await find((await read()).current)) ?? OWN_PROFILE;
    },
    /** The same, and undefined where nobody has chosen yet. */
    async chosen(): Promise<Profile | undefined> {
      const { current } = await read();
      return current === OWN_PROFILE.id ? OWN_PROFILE : find(current);
    },
    /** What is known of these addresses; undefined at first contact. */
    at: (addresses: Addresses) => find(profileId(addresses)),
    /**
     * Keeps what is known of a profile's servers, and uses that profile from now on. Under a lock: what another process
     * learned at the same time is an identity that is pinned.
     */
    async use(chosen: Profile): Promise<void> {
      await withLock(`${file}.lock`, async () => {
        const stored = await read();
        const servers = { ...stored.profiles, [chosen.id]: { servers: chosen.servers ?? null } };
        const next = { current: chosen.id, profiles: servers };
        if (!isDeepStrictEqual(next, stored)) await writeJsonFile(file, next);
      });
    },
    /** Chooses none, and forgets nothing of what is known. */
    async leave(): Promise<void> {
      await withLock(`${file}.lock`, async () => writeJsonFile(file, { ...(await read()), current: null }));
    },
  };
}

export function profileId({ kms, cloud }: Addresses): string {
  return sha256(`${kms}\n${cloud}`).toString('hex').slice(0, 16);
}
