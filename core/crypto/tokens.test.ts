import { createHmac, createPublicKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSigningKey, type SigningKey } from './key-pairs.ts';
import { parseKeySet, publishKeySet, type VerifyingKey } from './key-set.ts';
import { peekToken, signToken, type TokenDemands, type TokenToSign, verifyToken } from './tokens.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const TYP = 'sealkeep-kms+jwt';
const TOKEN: TokenToSign = {
  typ: TYP,
  issuer: 'https://kms.example',
  audience: 'https://kms.example',
  claims: { sub: 'ann' },
  lifetime: 600,
};
const DEMANDS = { issuer: TOKEN.issuer, audience: TOKEN.audience, typ: TYP };

let signing: SigningKey;
let verifying: VerifyingKey;
beforeAll(async () => {
  signing = await generateSigningKey('EdDSA');
  verifying = verifyingKeyOf(signing, TYP);
});

function verifyingKeyOf(key: SigningKey, typ: string): VerifyingKey {
  const found = parseKeySet(publishKeySet([{ typ, key }])).get(key.kid);
  if (!found) throw new Error('our own key is not usable');
  return found;
}

/** As a door does it. */
function verified(text: string, key: VerifyingKey, demands: TokenDemands, now: Date) {
  const token = peekToken(text);
  return token && verifyToken(token, key, demands, now);
}

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = NOW.getTime() / 1000;
const CLAIMS = { iss: TOKEN.issuer, aud: TOKEN.audience, iat: seconds, exp: seconds + 600, sub: 'ann' };

/** Signed well, with claims that `signToken` would not write. */
function signClaims(claims: Record<string, unknown>, typ = TYP): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid, typ })
    .sign(signing.privateKey);
}

describe('a good token', () => {
  test('is taken, by its audience or one of several, until 30 s after its time', async () => {
    const text = await signToken(signing, TOKEN, NOW);
    for (const now of [NOW, later(-30), later(600), later(629)])
      expect(verified(text, verifying, DEMANDS, now)).toMatchObject({ sub: 'ann' });
    const audience = ['https://former.example', TOKEN.audience];
    expect(verified(text, verifying, { ...DEMANDS, audience }, NOW)).toBeDefined();
  });

  test('says whose it is before anything was verified', async () => {
    const text = await signToken(signing, TOKEN, NOW);
    expect(peekToken(text)).toMatchObject({
      issuer: TOKEN.issuer,
      kid: signing.kid,
      algorithm: 'EdDSA',
      typ: TYP,
    });
  });

  test('of a foreign issuer has whatever typ', async () => {
    const text = await signClaims(CLAIMS, 'JWT');
    expect(verified(text, verifying, { ...DEMANDS, typ: undefined }, NOW)).toBeDefined();
  });
});

describe('a token is refused', () => {
  const refused = async (text: string, key = verifying, demands: TokenDemands = DEMANDS, now = NOW) =>
    expect(verified(text, key, demands, now)).toBeUndefined();

  test('by another key of the same kind', async () => {
    const other = await generateSigningKey('EdDSA');
    await refused(await signToken(other, TOKEN, NOW));
    await refused(await signToken(signing, TOKEN, NOW), verifyingKeyOf(other, TYP));
  });

  test('by a key that signs tokens of another typ', async () => {
    const text = await signToken(signing, TOKEN, NOW);
    await refused(text, verifyingKeyOf(signing, 'sealkeep-cloud+jwt'));
    await refused(text, verifyingKeyOf(signing, 'sealkeep-cloud+jwt'), {
      ...DEMANDS,
      typ: 'sealkeep-cloud+jwt',
    });
  });

  test('with another typ, issuer or audience', async () => {
    await refused(await signToken(signing, { ...TOKEN, typ: 'sealkeep-cloud+jwt' }, NOW));
    const text = await signToken(signing, TOKEN, NOW);
    await refused(text, verifying, { ...DEMANDS, issuer: 'https://kms.example/' });
    await refused(text, verifying, { ...DEMANDS, audience: 'cse-authorization' });
  });

  test('when it has expired, or is not of its time yet', async () => {
    const text = await signToken(signing, TOKEN, NOW);
    await refused(text, verifying, DEMANDS, later(631));
    await refused(text, verifying, DEMANDS, later(-31));
    await refused(await signClaims({ ...CLAIMS, nbf: seconds + 31 }));
  });

  test.each(['iss', 'aud', 'iat', 'exp'])('without %s', async (claim) => {
    const { [claim]: _, ...claims } = CLAIMS as Record<string, unknown>;
    await refused(await signClaims(claims));
  });

  test('with alg none', async () => {
    const none = `${b64({ alg: 'none', kid: signing.kid, typ: TYP })}.${b64(CLAIMS)}.`;
    await refused(none);
  });

  test('with HS256 under the public key, however that is written', async () => {
    const publicKey = createPublicKey(signing.privateKey);
    const secrets = [
      publicKey.export({ format: 'pem', type: 'spki' }),
      publicKey.export({ format: 'der', type: 'spki' }),
      Buffer.from(String(signing.publicJwk.x), 'base64url'),
    ];
    for (const secret of secrets) {
      const head = `${b64({ alg: 'HS256', kid: signing.kid, typ: TYP })}.${b64(CLAIMS)}`;
      await refused(`${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`);
    }
  });

  test('with a critical header that nobody knows', async () => {
    const header = { alg: 'EdDSA', kid: signing.kid, typ: TYP, crit: ['x'], x: 1 };
    const text = await new SignJWT(CLAIMS)
      .setProtectedHeader(header)
      .sign(signing.privateKey, { crit: { x: true } });
    await refused(text);
  });

  test('with any byte changed', async () => {
    const text = await signToken(signing, TOKEN, NOW);
    for (let index = 0; index < text.length; index += 1) {
      const changed = text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);
      await refused(changed);
    }
  });

  test.each(['', '.', '..', 'a.b.c', 'x'.repeat(20_000), `${'.'.repeat(10)}`])('as %.20s', async (text) => {
    await refused(text);
    expect(peekToken(text)).toBeUndefined();
  });
});

test('a token without a kid or issuer says nothing of itself', async () => {
  expect(peekToken(`${b64({ alg: 'EdDSA' })}.${b64(CLAIMS)}.AA`)).toBeUndefined();
  expect(peekToken(`${b64({ alg: 'EdDSA', kid: 'k' })}.${b64({})}.AA`)).toBeUndefined();
  expect(peekToken(`${b64({ alg: 'EdDSA', kid: 7 })}.${b64(CLAIMS)}.AA`)).toBeUndefined();
});
