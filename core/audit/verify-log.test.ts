import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AuditEntry, canonicalEntry } from '../../shared/formats/audit-entry.ts';
import { generateSigningKey, type SigningKey } from '../crypto/key-pairs.ts';
import { type ChainHead, chainEntry, innerOf, NO_ENTRIES } from './chain.ts';
import type { ChainItem } from './chain-walk.ts';
import { signCheckpoint } from './checkpoint.ts';
import { type LogPiece, verifyLog } from './verify-log.ts';

type OwnItem = ChainItem & { readonly own: NonNullable<ChainItem['own']> };

let key: SigningKey;
let other: SigningKey;
beforeAll(async () => {
  [key, other] = await Promise.all([generateSigningKey('EdDSA'), generateSigningKey('EdDSA')]);
});

const entryAt = (seq: number, reason: string): AuditEntry => ({
  seq,
  at: '2026-11-22T12:00:00.000Z',
  request_id: 'r',
  address: '127.0.0.1',
  actor: 'ann',
  operation: 'wrap',
  reason,
  decision: 'allowed',
});

function itemAfter(head: ChainHead, reason: string): OwnItem {
  const entry = entryAt(head.seq + 1, reason);
  const { salt, inner, link } = chainEntry(head.link, canonicalEntry(entry));
  return { seq: entry.seq, inner, link, own: { salt, entry } };
}

function chainOf(reasons: readonly string[], start: ChainHead = NO_ENTRIES): OwnItem[] {
  let head = start;
  return reasons.map((reason) => {
    const item = itemAfter(head, reason);
    head = item;
    return item;
  });
}

const checkpointAt = ({ seq, link }: ChainHead, by = key) =>
  signCheckpoint(by, {
    iss: 'https://kms.test',
    seq,
    link: Buffer.from(link).toString('base64'),
    at: '2026-11-22T12:00:00.000Z',
  });

async function* pieces(items: readonly ChainItem[], checkpoints: Readonly<Record<number, string>> = {}) {
  for (const item of items) {
    yield { item } satisfies LogPiece;
    const checkpoint = checkpoints[item.seq];
    if (checkpoint !== undefined) yield { checkpoint } satisfies LogPiece;
  }
}

/** Gives places their numbers anew, as somebody would who hides that one is gone. */
function renumbered(items: readonly OwnItem[]): OwnItem[] {
  return items.map((item, index) => ({
    ...item,
    seq: index + 1,
    own: { ...item.own, entry: { ...item.own.entry, seq: index + 1 } },
  }));
}

const faultOf = async (items: readonly ChainItem[]) => (await verifyLog(pieces(items))).fault;
const chains = fc
  .array(fc.string({ unit: 'binary' }), { minLength: 3, maxLength: 12 })
  .map((reasons) => chainOf(reasons.map((reason) => reason.toWellFormed())));
const chainAndPlace = chains.chain((items) =>
  fc.record({ items: fc.constant(items), place: fc.nat(items.length - 1), renumber: fc.boolean() }),
);

describe('a chain', () => {
  test('holds as it was made, also where entries may not be read', async () => {
    await fc.assert(
      fc.asyncProperty(chains, fc.func(fc.boolean()), async (items, isOwn) => {
        const seen = items.map(({ own, ...rest }) => (isOwn(rest.seq) ? { ...rest, own } : rest));
        const checkpoints = { [items.length]: checkpointAt(items.at(-1) ?? NO_ENTRIES) };
        expect(await verifyLog(pieces(seen, checkpoints))).toEqual({
          entries: items.length,
          fault: undefined,
          checkpoints: 1,
          failed: [],
          signedUpTo: items.length,
          key: key.kid,
          isSigned: true,
        });
      }),
    );
  });

  test('names the first entry of which anything was changed', async () => {
    const changes: ((item: OwnItem) => OwnItem)[] = [
      (item) => ({ ...item, own: { ...item.own, entry: { ...item.own.entry, actor: 'ben' } } }),
      (item) => ({ ...item, own: { ...item.own, entry: { ...item.own.entry, more: 1 } } }),
      (item) => ({ ...item, own: { ...item.own, salt: Buffer.alloc(16) } }),
      (item) => ({ ...item, inner: Buffer.alloc(32) }),
      (item) => ({ ...item, link: Buffer.alloc(32) }),
      (item) => {
        const entry = { ...item.own.entry, actor: 'ben' };
        return {
          ...item,
          inner: innerOf(item.own.salt, canonicalEntry(entry)),
          own: { ...item.own, entry },
        };
      },
    ];
    await fc.assert(
      fc.asyncProperty(chainAndPlace, fc.constantFrom(...changes), async ({ items, place }, change) => {
        const changed = items.map((item, index) => (index === place ? change(item) : item));
        expect((await faultOf(changed))?.seq).toBe(place + 1);
      }),
    );
  });

  test('names the place where one was taken out, also where the rest was numbered anew', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, async ({ items, place, renumber }) => {
        // What is taken from the end leaves a shorter chain that holds: only a checkpoint tells.
        fc.pre(place < items.length - 1);
        const left = items.filter((_, index) => index !== place);
        expect((await faultOf(renumber ? renumbered(left) : left))?.seq).toBe(place + 1);
      }),
    );
  });

  test('names an entry that was put in, however well it is chained to the one before', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, async ({ items, place, renumber }) => {
        const forged = itemAfter(items[place - 1] ?? NO_ENTRIES, 'forged');
        const all = [...items.slice(0, place), forged, ...items.slice(place)];
        expect((await faultOf(renumber ? renumbered(all) : all))?.seq).toBe(place + 1);
      }),
    );
  });

  test('names the first of two that changed places', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, fc.nat(), async ({ items, place, renumber }, distance) => {
        fc.pre(place < items.length - 1);
        const second = place + 1 + (distance % (items.length - place - 1));
        const swapped = items.map(
          (item, index) => (index === place ? items[second] : index === second ? items[place] : item) ?? item,
        );
        expect((await faultOf(renumber ? renumbered(swapped) : swapped))?.seq).toBe(place + 1);
      }),
    );
  });
});

describe('checkpoints', () => {
  const REASONS = ['a', 'b', 'c', 'd', 'e'];

  test('a chain that was made anew from an entry on holds by itself, and its checkpoints fail from there on', async () => {
    const items = chainOf(REASONS);
    const checkpoints = Object.fromEntries(items.map((item) => [item.seq, checkpointAt(item)]));
    const anew = [...items.slice(0, 2), ...chainOf(['c', 'other', 'e'], items[1])];
    expect(await verifyLog(pieces(anew, checkpoints))).toMatchObject({
      fault: undefined,
      signedUpTo: 2,
      failed: [3, 4, 5].map((seq) => ({ seq, why: 'chain' })),
    });
  });

  test('what was signed and then cut off is missing', async () => {
    const items = chainOf(REASONS);
    async function* cut() {
      yield* pieces(items.slice(0, 3));
      yield { checkpoint: checkpointAt(items[4] ?? NO_ENTRIES) };
    }
    expect(await verifyLog(cut())).toMatchObject({
      fault: { seq: 4, kind: 'missing' },
      failed: [{ seq: 5, why: 'chain' }],
    });
  });

  test('a log without any, or with a thousand entries after the newest, is less signed than a KMS leaves it', async () => {
    const items = chainOf(Array<string>(1001).fill(''));
    const at = (seq: number) => ({ [seq]: checkpointAt(items[seq - 1] ?? NO_ENTRIES) });
    const looked = async (count: number, checkpoints: Readonly<Record<number, string>>, kid = key.kid) => {
      const { fault, failed, isSigned } = await verifyLog(pieces(items.slice(0, count), checkpoints), kid);
      return [fault, failed.length, isSigned];
    };
    expect(await looked(1000, at(1))).toEqual([undefined, 0, true]);
    expect(await looked(1001, at(1))).toEqual([undefined, 0, false]);
    expect(await looked(1001, { ...at(1), ...at(2) })).toEqual([undefined, 0, true]);
    expect(await looked(5, {})).toEqual([undefined, 0, false]);
    expect(await looked(0, {})).toEqual([undefined, 0, false]);
    expect(await looked(5, at(1), other.kid)).toEqual([undefined, 1, false]);
  });

  test('of another key, of the key that was not asked for, and altered ones fail', async () => {
    const items = chainOf(REASONS);
    const [first, second, third] = items;
    const altered = checkpointAt(third ?? NO_ENTRIES).replace(/.{6}$/, 'AAAAAA');
    const checkpoints = {
      1: checkpointAt(first ?? NO_ENTRIES),
      2: checkpointAt(second ?? NO_ENTRIES, other),
      3: altered,
      4: 'no checkpoint',
    };
    const report = await verifyLog(pieces(items, checkpoints));
    expect(report).toMatchObject({ checkpoints: 4, signedUpTo: 1, key: key.kid });
    expect(report.failed).toEqual([2, 3, 4].map((seq) => ({ seq, why: 'signature' })));
    expect((await verifyLog(pieces(items, { 1: checkpoints[1] }), other.kid)).failed).toHaveLength(1);
  });
});
