import { z } from 'zod';
import type { SigningKey } from '../../../core/crypto/key-pairs.ts';
import { signToken } from '../../../core/crypto/tokens.ts';
import { rewrappedReply, type Swap, wrappedReply } from '../../../shared/api/cloud/rewrapping.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { fetchText } from '../../platform/http/fetch-text.ts';
import { kekVersionText } from '../keyring/find-kek.ts';
import type { KekVersionName } from '../keyring/wrapped-key.ts';

const REPLY = { timeoutMs: 30_000, maxBytes: LIMITS.jsonReply };
const TOKEN_SECONDS = 60;

/** Our endpoints put what they answer into `data`. */
const envelope = z.object({ data: z.unknown() });

export type WrappedPage = z.output<typeof wrappedReply>;

/** What the cloud keeps of wrapped keys, as the KMS asks it with service tokens (DESIGN.md, Cloud over HTTP). */
export interface CloudRegistry {
  /** Wrapped keys that say they hang on a version: what a cloud says, and no more. */
  wrapped(kek: KekVersionName, after: string | undefined, signal: AbortSignal): Promise<WrappedPage>;
  /** @returns for each whether the cloud keeps the new one now, durably. */
  rewrapped(swaps: readonly Swap[], signal: AbortSignal): Promise<boolean[]>;
}

export interface CloudPeer {
  /** Where the cloud is reached; inside an app that is not what it is called, and empty until it has started. */
  readonly address: () => string;
  /** What the cloud is called: the audience of service tokens. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CloudRegistryParts {
  readonly peer: CloudPeer;
  /** What this KMS is called. */
  readonly kmsUrl: string;
  readonly key: SigningKey;
  readonly now: () => Date;
}

/** Its calls throw SealkeepError SERVER_UNREACHABLE or SERVER_ANSWER_INVALID where the cloud does not answer as it should. */
export function createCloudRegistry({ peer, kmsUrl, key, now }: CloudRegistryParts): CloudRegistry {
  const place = { service: 'cloud', url: peer.url };

  async function ask<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal: AbortSignal,
    body?: unknown,
  ): Promise<z.output<Schema>> {
    try {
      const token = {
        typ: TOKEN_TYP.service,
        issuer: kmsUrl,
        audience: peer.url,
        claims: {},
        lifetime: TOKEN_SECONDS,
      };
      const init = {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...peer.headers,
          authorization: `Bearer ${await signToken(key, token, now())}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      };
      return schema.parse(
        envelope.parse(JSON.parse(await fetchText(peer.address() + path, init, REPLY))).data,
      );
    } catch (cause) {
      throw new SealkeepError('SERVER_UNREACHABLE', place, { cause });
    }
  }

  return {
    wrapped(kek, after, signal) {
      const query = new URLSearchParams({
        version: kekVersionText(kek),
        ...(after === undefined ? {} : { after }),
      });
      return ask(`/keys/wrapped?${query}`, wrappedReply, signal);
    },
    async rewrapped(swaps, signal) {
      const { swapped } = await ask('/keys/rewrapped', rewrappedReply, signal, { items: swaps });
      if (swapped.length !== swaps.length) throw new SealkeepError('SERVER_ANSWER_INVALID', place);
      return swapped;
    },
  };
}
