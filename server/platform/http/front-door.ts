import type { RequestHandler } from 'express';
import { isSameText } from '../../../core/crypto/hash.ts';
import { LAUNCH_SECRET_HEADER } from '../../../shared/api/common.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { isLoopbackHost } from '../../../shared/names/service-url.ts';
import type { AddressList } from '../config/addresses.ts';

export interface FrontDoor {
  /** Who may connect at all. */
  readonly addresses: AddressList;
  /** `host[:port]` of the names that this server goes by; loopback names are added with the port it listens on. */
  readonly hosts: readonly string[];
  /**
   * Pages that may call a path under a `Host`, as `Origin` has them; none where it is not given. Callers that are no
   * pages send none.
   */
  readonly originsOf?: (path: string, host: string) => readonly string[];
  /** Inside an app: the secret of this launch, which every call has to show. */
  readonly launchSecret?: string | undefined;
}

/** Looks at address, `Host`, `Origin` and launch secret before anything of the request is read. */
export function frontDoor(door: FrontDoor): RequestHandler {
  const hosts = new Set(door.hosts.map((host) => host.toLowerCase()));
  return (request, _response, next) => {
    if (!door.addresses.includes(request.ip ?? '')) throw new SealkeepError('ADDRESS_REFUSED');
    const host = request.get('host') ?? '';
    if (!isOwnHost(host, request.socket.localPort, hosts)) throw new SealkeepError('HOST_REFUSED');
    const origin = request.get('origin');
    if (origin !== undefined && !door.originsOf?.(request.path, host).includes(origin)) {
      throw new SealkeepError('ORIGIN_REFUSED');
    }
    const shown = request.get(LAUNCH_SECRET_HEADER) ?? '';
    if (door.launchSecret !== undefined && !isSameText(shown, door.launchSecret)) {
      throw new SealkeepError('LAUNCH_SECRET_REFUSED');
    }
    next();
  };
}

/** A page that rebinds its own name to this machine still sends its own name. */
function isOwnHost(header: string, listeningPort: number | undefined, hosts: ReadonlySet<string>): boolean {
  const host = header.toLowerCase();
  if (hosts.has(host)) return true;
  const [, name = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host) ?? [];
  return isLoopbackHost(name) && Number(port ?? 80) === listeningPort;
}
