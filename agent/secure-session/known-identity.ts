import { type OaepPublicKey, readOaepPublicKey } from '../../core/crypto/rsa-oaep.ts';
import { isSignedByIdentity } from '../../core/crypto/signatures.ts';
import { type InitReply, identityStatement } from '../../shared/api/kms/session.ts';

/**
 * The server's identity key, where it is the one that is known or leads back to it: each key between was signed by the
 * one before. At first contact whatever it shows is taken.
 * @param known fingerprint of the key that was seen last.
 * @returns undefined where it is another server's.
 */
export function knownIdentity(
  { rsaPublicKeyPem, signedBy = [] }: InitReply,
  known: string | undefined,
): OaepPublicKey | undefined {
  const current = readOaepPublicKey(rsaPublicKeyPem);
  if (!current || known === undefined || current.fingerprint === known) return current;
  let next = current;
  for (const { rsaPublicKeyPem: pem, signature } of signedBy.toReversed()) {
    const former = readOaepPublicKey(pem);
    const statement = Buffer.from(identityStatement(next.fingerprint));
    if (!former || !isSignedByIdentity(former, statement, Buffer.from(signature, 'base64'))) return undefined;
    if (former.fingerprint === known) return current;
    next = former;
  }
  return undefined;
}
