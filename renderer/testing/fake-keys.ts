import type { KeyReply, KeyVersionReply } from '../../shared/api/kms/keys.ts';
import { assertCode, type FakeParts, type Handlers, Refusal } from './world.ts';

const LATER = '2026-12-22T09:00:00.000Z';

/** A key that went round, with a version in each state. */
export const KEYS: KeyReply[] = [
  {
    keyId: 'AAAAAAAAAAAAAAAAAAAAAA',
    createdAt: '2024-01-08T08:00:00.000Z',
    isFirst: true,
    needingNewKey: 3,
    rotationDays: 365,
    versions: [
      version(1, '2024-01-08T08:00:00.000Z', 'destroyed', 0),
      version(2, '2024-06-11T08:00:00.000Z', 'destruction_scheduled', 0, LATER),
      version(3, '2025-01-08T08:00:00.000Z', 'disabled', 0),
      version(4, '2025-09-20T08:00:00.000Z', 'retired', 0),
      version(5, '2026-02-02T08:00:00.000Z', 'readable', 1204, LATER),
      version(6, '2026-11-12T08:00:00.000Z', 'active', 38),
    ],
  },
];

function version(
  number: number,
  createdAt: string,
  status: KeyVersionReply['status'],
  needed: number,
  expiresAt?: string,
): KeyVersionReply {
  return { version: number, createdAt, status, needed, ...(expiresAt && { expiresAt }) };
}

/** The keys of whoever is logged in. */
export function fakeKeys({ world, begin }: FakeParts) {
  const kekOf = (keyId: string) => {
    const kek = world.keys.find((one) => one.keyId === keyId);
    if (!kek) throw new Refusal('KEY_NOT_FOUND');
    return kek;
  };
  const put = (keyId: string, number: number, part: Partial<KeyVersionReply>) => {
    const { versions } = kekOf(keyId);
    const found = versions.find((one) => one.version === number);
    if (!found) throw new Refusal('KEY_NOT_FOUND');
    Object.assign(found, part);
    return found;
  };
  return {
    'keys.list': () => structuredClone(world.keys),
    'keys.needing-new-key': () => ({
      files: [
        { name: 'report.txt', resource_name: '//sealkeep/3f/AAAAAAAAAAAAAAAAAAAAAA' },
        { name: '合約書（最終版）.pdf', resource_name: '//sealkeep/3f/BAAAAAAAAAAAAAAAAAAAAA' },
        { name: null, resource_name: '//sealkeep/3f/CAAAAAAAAAAAAAAAAAAAAA' },
      ],
      hasMore: false,
    }),
    'keys.rotate': ({ keyId }) => {
      const kek = kekOf(keyId);
      const next = Math.max(...kek.versions.map((one) => one.version)) + 1;
      const total = kek.versions.reduce((sum, { needed }) => sum + needed, 0);
      for (const one of kek.versions)
        if (one.status === 'active') Object.assign(one, { status: 'readable', expiresAt: LATER });
      kek.versions.push(version(next, '2026-11-22T09:00:00.000Z', 'active', 0));
      return { id: begin('rewrap', String(next), total) };
    },
    'keys.disable': ({ keyId, version: number, code }) => {
      assertCode(code);
      const { needed } = put(keyId, number, { status: 'disabled' });
      if (needed > 0) begin('rewrap', '6', needed);
      return {};
    },
    'keys.enable': ({ keyId, version: number, code }) => {
      assertCode(code);
      put(keyId, number, { status: 'readable', expiresAt: LATER });
      return {};
    },
    'keys.schedule-destruction': ({ keyId, version: number, code }) => {
      assertCode(code);
      put(keyId, number, { status: 'destruction_scheduled', expiresAt: LATER });
      return {};
    },
    'keys.cancel-destruction': ({ keyId, version: number }) => {
      put(keyId, number, { status: 'disabled' });
      return {};
    },
  } satisfies Partial<Handlers>;
}
