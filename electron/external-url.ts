import { shell } from 'electron';
import { parseOtpLink } from './otp-link.ts';

/** Hosts that a page may send the person's browser to. Nothing in Sealkeep links outside yet; what will, adds its host. */
const EXTERNAL_HOSTS: readonly string[] = [];

/**
 * The address as a browser may be given it: `https:`, a host of the list on its usual port, nobody's name in it.
 * @returns undefined for every other.
 */
function parseExternalUrl(address: string, hosts = EXTERNAL_HOSTS): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isPlain = url.username === '' && url.password === '' && url.port === '';
  return url.protocol === 'https:' && isPlain && hosts.includes(url.hostname) ? url.href : undefined;
}

/** The only ways out to other programs; an address that does not parse as one of theirs goes nowhere. */
export interface WaysOut {
  /** To the person's browser. */
  openUrl(address: string): void;
  /** To the person's authenticator app on this computer, with the link of the authenticator screen. */
  openOtpLink(address: string): void;
}

export function createWaysOut(report: (error: unknown) => void, hosts = EXTERNAL_HOSTS): WaysOut {
  const open = (address: string | undefined) => {
    if (address !== undefined) shell.openExternal(address).catch(report);
  };
  return {
    openUrl: (address) => open(parseExternalUrl(address, hosts)),
    openOtpLink: (address) => open(parseOtpLink(address)),
  };
}
