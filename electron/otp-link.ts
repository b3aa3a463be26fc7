import { z } from 'zod';

const MAX_LENGTH = 1024;

/** What an enrolment of ours has in its link; whatever else an app might read out of one is refused. */
const parts = z.strictObject({
  label: z.string().regex(/^\/Sealkeep(?::|%3A)[^/]+$/i),
  secret: z.string().regex(/^[A-Z2-7]{16,128}$/),
  issuer: z.literal('Sealkeep'),
  algorithm: z.literal('SHA1').optional(),
  digits: z.literal('6').optional(),
  period: z.literal('30').optional(),
});

/**
 * The link of the authenticator screen, `otpauth://totp/Sealkeep:NAME?secret=…&issuer=Sealkeep`, as the parser writes it.
 * @returns undefined for every other address.
 */
export function parseOtpLink(address: string): string | undefined {
  if (address.length > MAX_LENGTH || !URL.canParse(address)) return undefined;
  const { href, protocol, host, username, password, pathname, hash, searchParams } = new URL(address);
  if (protocol !== 'otpauth:' || host !== 'totp' || username || password || hash) return undefined;
  const given = [...searchParams];
  const fields = Object.fromEntries(given);
  const isOnceEach = Object.keys(fields).length === given.length;
  return isOnceEach && parts.safeParse({ ...fields, label: pathname }).success ? href : undefined;
}
