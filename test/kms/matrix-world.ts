import { createSigner, mint, type Signer } from '../../server/kms/kacls/testing/mint.ts';
import {
  KMS_URL,
  type StartOptions,
  startKeyService,
} from '../../server/kms/kacls/testing/start-key-service.ts';
import { jsonReply, startMeddlingProxy } from '../support/meddling-proxy.ts';

type Claims = Readonly<Record<string, unknown>>;

const IDP = 'https://idp.example';
const DRIVE = 'https://drive.example';
const MIGRATION = 'https://migration.example';
/** The role that a call asks for, where a row says no other. */
const ROLES: Readonly<Record<string, string>> = { digest: 'verifier', rewrap: 'migrator' };

export const DEK = Buffer.alloc(32, 7).toString('base64');
export const DOC = 'doc';

/** A key service with foreign issuers of every kind, a listed person, and a peer that gives out any key. */
export async function startMatrixWorld(options: Pick<StartOptions, 'peerTimeoutMs' | 'privileged'> = {}) {
  const [idp, drive, migration] = [await createSigner(), await createSigner(), await createSigner()];
  const [peerSigner, other] = [await createSigner(), await createSigner()];
  const peer = await startMeddlingProxy(() => '');
  peer.meddle = async ({ path }) =>
    path === '/certs' ? jsonReply(peerSigner.jwks) : jsonReply({ key: DEK });
  const domains = ['x.org'];
  const realm = 'example';
  const authorizing = { audience: 'cse-authorization', realm };
  const kms = await startKeyService({
    privileged: ['takeout@x.org', 'keeper'],
    ...options,
    issuers: {
      authentication: [
        {
          issuer: IDP,
          audience: ['kacls', 'kacls-mobile'],
          jwks: idp.jwks,
          domains,
          realm,
        },
        { issuer: 'https://idp.other', audience: 'kacls', jwks: other.jwks, domains, realm: 'other' },
      ],
      authorization: [
        { ...authorizing, issuer: DRIVE, jwks: drive.jwks, operations: ['wrap', 'unwrap', 'delegate'] },
        { ...authorizing, issuer: 'https://read.example', jwks: drive.jwks, operations: ['unwrap'] },
        { ...authorizing, issuer: MIGRATION, jwks: migration.jwks, operations: ['digest', 'rewrap'] },
      ],
    },
    peers: [peer.address],
  });

  const authentication = (claims: Claims = {}, header: Claims = {}, signer: Signer = idp) =>
    mint(signer.key, header, { iss: IDP, aud: 'kacls', email: 'ann@x.org', ...kms.times(), ...claims });

  /** By the issuer that is good for the call. */
  function authorization(call: string, claims: Claims = {}, header: Claims = {}, signer?: Signer) {
    const isMigration = ROLES[call] !== undefined;
    const { key } = signer ?? (isMigration ? migration : drive);
    return mint(key, header, {
      iss: isMigration ? MIGRATION : DRIVE,
      aud: 'cse-authorization',
      email: 'ann@x.org',
      kacls_url: KMS_URL,
      role: ROLES[call] ?? 'writer',
      resource_name: DOC,
      ...(call === 'delegate' ? { delegated_to: 'room' } : {}),
      ...kms.times(),
      ...claims,
    });
  }

  /** What the peer shows. */
  const kaclsToken = (claims: Claims = {}, header: Claims = {}, signer: Signer = peerSigner) =>
    mint(signer.key, header, {
      iss: peer.address,
      aud: 'kacls-migration',
      kacls_url: KMS_URL,
      resource_name: DOC,
      ...kms.times(),
      ...claims,
    });

  async function wrappedKeyOf(tokens: { authentication: string; authorization: string }): Promise<string> {
    const reply = await kms.call('POST', '/wrap', { ...tokens, key: DEK });
    return String(reply.body['wrapped_key']);
  }
  const wrapForeign = async (resource_name = DOC) =>
    wrappedKeyOf({
      authentication: await authentication(),
      authorization: await authorization('wrap', { resource_name }),
    });

  /** What a call takes beside its tokens. */
  const materialOf = (call: string, wrapped: string): Claims => ({
    ...(['wrap', 'privilegedwrap'].includes(call) ? { key: DEK } : { wrapped_key: wrapped }),
    ...(call === 'rewrap' ? { original_kacls_url: peer.address } : {}),
    ...(call.startsWith('privileged') ? { resource_name: DOC } : {}),
  });

  /** Calls, and gives the reply with what the audit log got of it. */
  async function call(name: string, body: Claims) {
    const before = (await kms.audit()).length;
    const reply = await kms.call('POST', `/${name}`, body);
    return { reply, code: kms.codeOf(reply), entries: (await kms.audit()).slice(before) };
  }

  return {
    kms,
    peer,
    signers: { idp, drive, migration, peer: peerSigner, other },
    authentication,
    authorization,
    kaclsToken,
    wrappedKeyOf,
    wrapForeign,
    materialOf,
    call,
    async close() {
      await kms.close();
      await peer.close();
    },
  };
}

export type MatrixWorld = Awaited<ReturnType<typeof startMatrixWorld>>;

/** The same wrapped key with one bit of its tag flipped. */
export function tampered(wrapped: string): string {
  const bytes = Buffer.from(wrapped, 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes.toString('base64');
}
