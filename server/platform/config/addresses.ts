import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { csv } from './settings.ts';

/** A set of IPv4 and IPv6 addresses, from single ones and CIDR ranges. */
export interface AddressList {
  /** The list as it was written. */
  readonly ranges: readonly string[];
  includes(address: string): boolean;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** @returns undefined where a part is neither an address nor a CIDR range. */
export function parseAddressList(ranges: readonly string[]): AddressList | undefined {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits, ...rest] = range.split('/');
    const family = isIP(address);
    const widest = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? widest : Number(bits);
    const fits = /^\d+$/.test(bits ?? '0') && prefix <= widest && rest.length === 0;
    if (family === 0 || !fits) return undefined;
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    ranges,
    includes(address) {
      const plain = MAPPED.exec(address)?.[1] ?? address;
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/**
 * What one caller holds of the address space: an IPv4 address, or the /64 that an IPv6 address is of, which is what one
 * machine is given at the least.
 */
export function networkOf(address: string): string {
  const plain = MAPPED.exec(address)?.[1] ?? address;
  if (isIP(plain) !== 6) return plain;
  const [before = '', after] = plain.split('::');
  const groups = (part = '') => (part === '' ? [] : part.split(':'));
  const filled =
    after === undefined ? [] : Array<string>(8 - groups(before).length - groups(after).length).fill('0');
  const full = [...groups(before), ...filled, ...groups(after)];
  return full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** The setting: addresses and CIDR ranges, comma-separated. */
export const addressList = csv.transform((ranges, context) => {
  const list = parseAddressList(ranges);
  if (list) return list;
  context.addIssue('neither an IP address nor a CIDR range');
  return z.NEVER;
});

export const LOOPBACK_RANGES = '127.0.0.0/8,::1';
const loopback = parseAddressList(LOOPBACK_RANGES.split(','));

/** Whether a server that listens there is reached from its own machine only. */
export function isLoopbackListener(host: string): boolean {
  return host === 'localhost' || loopback?.includes(host) === true;
}
