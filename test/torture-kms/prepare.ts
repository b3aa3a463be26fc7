import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import { wrapFreshKeys } from '../../agent/jobs/wrap-keys.ts';
import { keyFileMac } from '../../core/crypto/file-key.ts';
import { sha256 } from '../../core/crypto/hash.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { type KeyFile, keyFileClaims } from '../../shared/formats/key-file.ts';
import { PASSWORD, totpCode } from '../kms/start-test-kms.ts';
import { type Clock, type Installation, startInstallation, USER } from './installation.ts';

const BATCH = 1000;

/** What every wrapped key has to give, for good. */
export interface Known {
  readonly installation: Installation;
  /** By resource name: SHA-256 of the DEK in base64, and the wrapped key as the person's `.key` has it. */
  readonly deks: ReadonlyMap<string, { readonly hash: string; readonly wrappedKey: string }>;
}

/** An installation with a person and so many registered wrapped keys. */
export async function prepare(folder: string, keys: number, clock: Clock): Promise<Known> {
  const randomKey = () => Secret.random(32).use((bytes) => bytes.toString('base64'));
  const bare = { folder, rootKeyFile: path.join(folder, 'root-0.key'), cloudRootKey: randomKey() };
  await writeFile(bare.rootKeyFile, randomKey(), { mode: 0o600 });
  const started = await startInstallation(bare, clock);
  const { agent } = started;
  try {
    const { otp_uri: otpUri, enrolment_ticket: ticket } = await agent.login.register(USER, PASSWORD);
    await agent.login.confirm(USER, ticket, totpCode(otpUri, clock.now()));
    const deks = new Map<string, { hash: string; wrappedKey: string }>();
    for (let start = 0; start < keys; start += BATCH) {
      const files = Array.from({ length: Math.min(BATCH, keys - start) }, (_, index) => ({
        name: `${start + index}.txt`,
        size: 1,
      }));
      const wrapped = await wrapFreshKeys(agent.jobs, files);
      const items = wrapped.map(({ name, size, resourceName, wrappedKey, dek }): KeyFile => {
        deks.set(resourceName, { hash: dek.use(hashOf), wrappedKey });
        const claims = keyFileClaims({
          resource_name: resourceName,
          name,
          size,
          created_at: clock.now().toISOString(),
        });
        const mac = keyFileMac(dek, claims);
        dek.destroy();
        return { ...claims, kacls_url: started.kms.url, wrapped_key: wrappedKey, mac };
      });
      await agent.jobs.cloud.putKeys((await agent.login.tokens()).cloud_token, items);
      await breath();
    }
    return { installation: { ...bare, otpUri }, deks };
  } finally {
    await started.stop();
  }
}

export function hashOf(bytes: Uint8Array): string {
  return sha256(bytes).toString('base64');
}
