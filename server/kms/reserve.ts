import type { FreeBytes } from '../../core/durable/free-bytes.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { Endpoint } from '../platform/http/endpoint.ts';

export interface ReserveParts {
  readonly freeBytes: FreeBytes;
  /** Where the database lies. */
  readonly folder: string;
  /** Below so many free bytes nothing is done with keys; 0 for never looking. */
  readonly reserveBytes: number;
  readonly now: () => Date;
}

/** The disk is asked at most so often. */
const LOOK_MS = 1000;

/**
 * Keeps the last room on a disk for what gets a KMS going again: logins, administration, stopping of shares.
 * @returns throws SealkeepError STORE_FULL while there is less; of itself no longer once there is more.
 */
export function createReserve({ freeBytes, folder, reserveBytes, now }: ReserveParts): () => Promise<void> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<boolean> = Promise.resolve(true);

  async function hasRoom(): Promise<boolean> {
    const free = await freeBytes(folder);
    return free === undefined || free >= BigInt(reserveBytes);
  }

  return async () => {
    if (reserveBytes === 0) return;
    const age = now().getTime() - lookedAt;
    // A clock that was set back must not keep an old answer.
    if (age < 0 || age >= LOOK_MS) {
      lookedAt = now().getTime();
      looking = hasRoom();
    }
    if (!(await looking)) throw new SealkeepError('STORE_FULL');
  };
}

/**
 * The endpoints, of which some ask for room first.
 * @param isNeeding which; where it is not given those that are neither for reading nor for taking something away.
 */
export function needingRoom(
  assertRoom: () => Promise<void>,
  endpoints: readonly Endpoint[],
  isNeeding = ({ method }: Endpoint) => method !== 'get' && method !== 'delete',
): Endpoint[] {
  return endpoints.map((endpoint) => {
    if (!isNeeding(endpoint)) return endpoint;
    return {
      ...endpoint,
      async answer(request, response) {
        await assertRoom();
        await endpoint.answer(request, response);
      },
    };
  });
}
