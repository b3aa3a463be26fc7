import { generateRsaOaepPair, type OaepKeyPair } from '../../core/crypto/rsa-oaep.ts';

let pair: Promise<OaepKeyPair> | undefined;

/** One RSA-4096 pair for all servers of a test process: each takes a second. */
export function testIdentityPair(): Promise<OaepKeyPair> {
  pair ??= generateRsaOaepPair();
  return pair;
}
