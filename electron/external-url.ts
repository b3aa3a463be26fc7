import { shell } from 'electron';

/** Hosts that a page may send the person's browser to. Nothing in Sealkeep links outside yet; what will, adds its host. */
const EXTERNAL_HOSTS: readonly string[] = [];

/**
 * The address as a browser may be given it: `https:`, a host of the list on its usual port, nobody's name in it.
 * @returns undefined for every other.
 */
function parseExternalUrl(address: string, hosts = EXTERNAL_HOSTS): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isPlain = url.username === '' && url.password === '' && url.port === '';
  return url.protocol === 'https:' && isPlain && hosts.includes(url.hostname) ? url : undefined;
}

/** The only way out to the person's browser; an address that is not on the list goes nowhere. */
export function createExternalOpener(
  report: (error: unknown) => void,
  hosts = EXTERNAL_HOSTS,
): (address: string) => void {
  return (address) => {
    const url = parseExternalUrl(address, hosts);
    if (url) shell.openExternal(url.href).catch(report);
  };
}
