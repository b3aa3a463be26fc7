import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSigner, mint } from '../../server/kms/kacls/testing/mint.ts';
import { type MeddlingProxy, startMeddlingProxy } from '../support/meddling-proxy.ts';
import { startTestKms, type TestKms } from './start-test-kms.ts';

type Claims = Readonly<Record<string, unknown>>;

/** One of the two, as others reach it: through a proxy that records what comes. */
export interface KeyServicePeer {
  readonly url: string;
  readonly proxy: MeddlingProxy;
  readonly kms: TestKms;
}

/** Two real KMS that know each other as peers, and the same issuers: what keys are migrated between. */
export async function startTwoKeyServices() {
  const [idp, drive, migration] = [await createSigner(), await createSigner(), await createSigner()];
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-peers-'));
  const issuersFile = path.join(folder, 'issuers.json');
  const realm = 'example';
  const authorizing = { audience: 'cse-authorization', realm };
  await writeFile(
    issuersFile,
    JSON.stringify({
      authentication: [{ issuer: 'idp', audience: 'kacls', jwks: idp.jwks, domains: ['x.org'], realm }],
      authorization: [
        { ...authorizing, issuer: 'drive', jwks: drive.jwks },
        { ...authorizing, issuer: 'migration', jwks: migration.jwks, operations: ['digest', 'rewrap'] },
      ],
    }),
  );

  const started: Partial<Record<'old' | 'fresh', TestKms>> = {};
  const proxies = {
    old: await startMeddlingProxy(() => started.old?.address() ?? ''),
    fresh: await startMeddlingProxy(() => started.fresh?.address() ?? ''),
  };
  async function start(name: 'old' | 'fresh', peer: MeddlingProxy): Promise<KeyServicePeer> {
    const proxy = proxies[name];
    const kms = await startTestKms({
      url: proxy.address,
      config: { issuersFile, peers: [peer.address] },
    });
    started[name] = kms;
    return { url: proxy.address, proxy, kms };
  }
  const old = await start('old', proxies.fresh);
  const fresh = await start('fresh', proxies.old);

  function times() {
    const iat = Math.floor(old.kms.now().getTime() / 1000);
    return { iat, exp: iat + 300 };
  }
  const authentication = () =>
    mint(idp.key, {}, { iss: 'idp', aud: 'kacls', email: 'ann@x.org', ...times() });
  const authorization = (at: KeyServicePeer, role: string, resource: string, claims: Claims = {}) => {
    const isMigration = role === 'migrator' || role === 'verifier';
    return mint(
      (isMigration ? migration : drive).key,
      {},
      {
        iss: isMigration ? 'migration' : 'drive',
        aud: 'cse-authorization',
        email: 'ann@x.org',
        kacls_url: at.url,
        role,
        resource_name: resource,
        ...times(),
        ...claims,
      },
    );
  };

  return {
    old,
    fresh,
    authentication,
    authorization,
    async close() {
      await Promise.all([old, fresh].flatMap(({ kms, proxy }) => [kms.close(), proxy.close()]));
      await rm(folder, { recursive: true });
    },
  };
}

export type TwoKeyServices = Awaited<ReturnType<typeof startTwoKeyServices>>;
