import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomId } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { claimedKekVersion } from '../../../shared/formats/wrapped-key.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { type KekVersion, openWrappedKey, sealWrappedKey } from './wrapped-key.ts';

const kek = (version = 1, kekId = randomId()): KekVersion => ({ kekId, version, secret: Secret.random(32) });
const secretOf = (bytes: Uint8Array) => Secret.take(Buffer.from(bytes));
const REFUSED = expect.objectContaining({ code: 'WRAPPED_KEY_INVALID' });

const text = fc.string({ unit: 'grapheme' }).filter((one) => Buffer.byteLength(one) <= 128);
const facts = fc.record({
  resourceName: text,
  perimeterId: text,
  realm: fc.string({ maxLength: 64 }).filter((one) => Buffer.byteLength(one) <= 64),
  generation: fc.integer({ min: 1, max: 0xff_ff_ff_ff }),
});
const dek = fc.uint8Array({ minLength: 1, maxLength: 128 });

describe('a wrapped key', () => {
  it('opens to what was wrapped, and fits into what KACLS allows', () => {
    fc.assert(
      fc.property(dek, facts, fc.integer({ min: 1, max: 0xff_ff_ff_ff }), (bytes, said, version) => {
        const [under, resource] = [kek(version), Secret.random(32)];
        const wrapped = sealWrappedKey(under, resource, secretOf(bytes), said);
        const { dek: opened, ...held } = openWrappedKey(under, resource, wrapped);
        expect(held).toEqual(said);
        expect(opened.use((back) => Buffer.compare(back, bytes))).toBe(0);
        expect(wrapped.toString('base64').length).toBeLessThanOrEqual(LIMITS.wrappedKeyText);
        expect(claimedKekVersion(wrapped.toString('base64'))).toEqual({
          keyId: under.kekId,
          version: version,
        });
      }),
    );
  });

  it('refuses each flipped bit, and each shorter text', () => {
    const [under, resource] = [kek(), Secret.random(32)];
    const said = { resourceName: '//sealkeep/a/b', perimeterId: '', realm: 'sealkeep', generation: 1 };
    const wrapped = sealWrappedKey(under, resource, Secret.random(32), said);
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const flipped = Buffer.from(wrapped);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => openWrappedKey(under, resource, flipped)).toThrow(REFUSED);
    }
    for (let length = 0; length < wrapped.length; length += 1) {
      expect(() => openWrappedKey(under, resource, wrapped.subarray(0, length))).toThrow(REFUSED);
    }
  });

  it('refuses any change of any byte', () => {
    fc.assert(
      fc.property(dek, facts, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, said, place, change) => {
        const [under, resource] = [kek(), Secret.random(32)];
        const wrapped = sealWrappedKey(under, resource, secretOf(bytes), said);
        const at = place % wrapped.length;
        wrapped.writeUInt8(wrapped.readUInt8(at) ^ change, at);
        expect(() => openWrappedKey(under, resource, wrapped)).toThrow(REFUSED);
      }),
    );
  });

  it('refuses a part of another one, for the same KEK and resource', () => {
    fc.assert(
      fc.property(dek, facts, facts, fc.nat(), fc.nat(), (bytes, said, otherwise, from, length) => {
        const [under, resource] = [kek(), Secret.random(32)];
        const one = sealWrappedKey(under, resource, secretOf(bytes), said);
        const two = sealWrappedKey(under, resource, secretOf(bytes), otherwise);
        const start = from % one.length;
        const end = start + 1 + (length % (one.length - start));
        const mixed = Buffer.concat([one.subarray(0, start), two.subarray(start, end), one.subarray(end)]);
        fc.pre(!mixed.equals(one) && !mixed.equals(two));
        expect(() => openWrappedKey(under, resource, mixed)).toThrow(REFUSED);
      }),
    );
  });

  it('opens with its own KEK version and resource only', () => {
    const [under, resource] = [kek(), Secret.random(32)];
    const said = { resourceName: 'r', perimeterId: '', realm: 'sealkeep', generation: 1 };
    const wrapped = sealWrappedKey(under, resource, Secret.random(32), said);
    for (const [other, row] of [
      [under, Secret.random(32)],
      [kek(), resource],
      [kek(1, under.kekId), resource],
      [{ ...under, version: 2 }, resource],
    ] as const) {
      expect(() => openWrappedKey(other, row, wrapped)).toThrow(REFUSED);
    }
  });

  it('never comes out the same twice', () => {
    const [under, resource, key] = [kek(), Secret.random(32), Secret.random(32)];
    const said = { resourceName: 'r', perimeterId: '', realm: 'sealkeep', generation: 1 };
    const texts = Array.from({ length: 50 }, () =>
      sealWrappedKey(under, resource, key, said).toString('hex', 22),
    );
    expect(new Set(texts).size).toBe(50);
  });
});
