import { randomBytes } from 'node:crypto';
import { takeRandomBytes } from './random-bytes.ts';

/** 128 random bits in base64url: ids of resources, owners, logins and the like. */
export function randomId(): string {
  return takeRandomBytes(16).toString('base64url');
}

/** 256 random bits in base64url: bearer secrets, which rest as SHA-256. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** 128 random bits that may stand in a host name. */
export function randomHostLabel(): string {
  return randomBytes(16).toString('hex');
}

/** A recovery code: 80 random bits in base32, in four groups of four. */
export function randomRecoveryCode(): string {
  const characters = Array.from(randomBytes(16), (byte) => BASE32[byte & 31]).join('');
  return characters.replace(/(.{4})(?=.)/g, '$1-');
}

/** What opens a backup in place of a passphrase of a person's choice: 160 random bits in eight groups of four. */
export function randomPhrase(): string {
  return `${randomRecoveryCode()}-${randomRecoveryCode()}`;
}

/** Random bytes that are no secret: salts. A secret is `Secret.random`. */
export function randomBytesOf(length: number): Buffer {
  return takeRandomBytes(length);
}
