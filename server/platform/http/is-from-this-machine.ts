import type { Request } from 'express';
import { LOOPBACK_RANGES, parseAddressList } from '../config/addresses.ts';

/** What proxies add to a call that they pass on. */
const FORWARDING =
  /^(?:forwarded|via|x-forwarded(?:-.+)?|x-(?:real|client|cluster-client)-ip|true-client-ip|cf-connecting-ip)$/;

const loopback = parseAddressList(LOOPBACK_RANGES.split(','));

/**
 * Whether a call came from a program of this machine, as far as a server can tell: over loopback, and passed on by
 * nobody who says so.
 */
export function isFromThisMachine({ headers, socket }: Request): boolean {
  const isLoopback = loopback?.includes(socket.remoteAddress ?? '') ?? false;
  return isLoopback && !Object.keys(headers).some((name) => FORWARDING.test(name));
}
