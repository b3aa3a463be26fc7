import { resourceNamesSha256 } from '../../../../core/crypto/hash.ts';
import { Secret } from '../../../../core/crypto/secret.ts';
import type { Person } from '../../identity/person.ts';
import type { TestKeyService } from './start-key-service.ts';

/** Opaque, and not the length of an AES key: what Drive sends has 34 bytes (kacls.md §1.1). */
export const DEK = Secret.random(34).use((bytes) => bytes.toString('base64'));

/** KACLS calls of a person with good tokens of our own; the cloud behind them says yes to everyone. */
export function callsOf(kms: TestKeyService) {
  async function wrap(caller: Person, resource: string, more: Readonly<Record<string, unknown>> = {}) {
    const reply = await kms.call('POST', '/wrap', {
      authentication: await kms.authenticationOf(caller),
      authorization: await kms.authorizationOf(caller, { resource_name: resource, role: 'writer' }),
      key: DEK,
      ...more,
    });
    return { ...reply, code: kms.codeOf(reply), wrapped: String(reply.body['wrapped_key']) };
  }

  async function unwrap(caller: Person, resource: string, wrapped: string) {
    const reply = await kms.call('POST', '/unwrap', {
      authentication: await kms.authenticationOf(caller),
      authorization: await kms.authorizationOf(caller, { resource_name: resource, role: 'reader' }),
      wrapped_key: wrapped,
    });
    return { ...reply, code: kms.codeOf(reply) };
  }

  async function batch(
    operation: 'wrap' | 'unwrap',
    caller: Person,
    items: readonly Readonly<Record<string, string>>[],
    claims: Readonly<Record<string, unknown>> = {},
  ) {
    const names = items.map((item) => item['resource_name'] ?? '');
    const reply = await kms.call('POST', `/${operation}/batch`, {
      authentication: await kms.authenticationOf(caller),
      authorization: await kms.authorizationOf(caller, {
        resource_names_sha256: resourceNamesSha256(names),
        ...claims,
      }),
      reason: 'a folder',
      items,
    });
    return { ...reply, code: kms.codeOf(reply), items: reply.body['items'] as Record<string, string>[] };
  }
  const newItems = (owner: Person, count: number) =>
    Array.from({ length: count }, () => ({
      resource_name: kms.newResource(owner),
      key: Secret.random(32).use((bytes) => bytes.toString('base64')),
    }));

  return { wrap, unwrap, batch, newItems };
}
