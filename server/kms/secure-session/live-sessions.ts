import { sql } from 'kysely';
import { sha256 } from '../../../core/crypto/hash.ts';
import type { Secret } from '../../../core/crypto/secret.ts';
import { type SessionKeys, sessionKeysOf } from '../../../core/crypto/session-keys.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { isTokenInUse } from './client-tokens.ts';
import { createSeqWindow, SEQ_WINDOW, type SeqWindow } from './seq-window.ts';
import { createAddressCounts, LIMIT_RETRY_SECONDS, SESSION_LIMITS } from './session-limits.ts';

/** Whatever is done with it, a secure session ends then. */
const LONGEST_SESSION_MS = 12 * 3_600_000;
/** Sessions whose keys and window are kept in memory; one more, and the one that was used longest ago leaves it. */
const MAX_KEPT = 10_000;
/** A session is extended once a tenth of its time is gone, so most requests write nothing. */
const SLIDE_STEP = 0.1;

/** A session as one request found it. */
export interface LiveSession {
  readonly id: string;
  readonly keys: SessionKeys;
  readonly createdAt: number;
  /** Milliseconds since 1970; moved by `touch`. */
  expiresAt: number;
}

/** What is kept in memory of a session. */
interface Kept {
  readonly keys: SessionKeys;
  readonly window: SeqWindow;
  /** What the database says at least: only numbers below it may be acted on. */
  floor: number;
  raising: Promise<void> | undefined;
}

type Parts = Pick<KmsParts, 'database' | 'atRest' | 'config' | 'now'>;
export type LiveSessions = ReturnType<typeof createLiveSessions>;

/**
 * The secure sessions as requests meet them. Who goes by a token is read at each request; keys and windows stay in
 * memory.
 *
 * No number is taken twice, also after a crash, though most requests write nothing: the database holds a floor that
 * lies above every number that was acted on, and is raised, a window at a time, before a number beyond it is. What is
 * loaded begins at the floor. A session that leaves memory in order, by `close` or for want of room, first lowers it to
 * what was really taken.
 */
export function createLiveSessions(
  { database, atRest, config, now }: Parts,
  maxKept = MAX_KEPT,
  limits = SESSION_LIMITS,
) {
  const { ttlMs, isSliding } = config.session;
  /** Where the sessions come from that this process began, until they are removed. */
  const addresses = new Map<string, string>();
  const counts = createAddressCounts();
  const kept = new Map<string, Kept>();
  /** One at a time for each session, or a window would begin at a floor that was read too early. */
  const loading = new Map<string, Promise<Kept>>();
  const leaving = new Map<string, Promise<void>>();

  function keep(id: string, session: Kept): Kept {
    kept.delete(id);
    kept.set(id, session);
    const [oldest] = kept.keys();
    // A failure leaves the floor higher than it had to be: numbers are lost by it, and none is taken twice.
    if (kept.size > maxKept && oldest !== undefined) leave(oldest).catch(() => undefined);
    return session;
  }

  /** Forgets a session; what was taken of its numbers is on disk exactly once this resolves. */
  function leave(id: string): Promise<void> {
    const session = kept.get(id);
    if (!session) return Promise.resolve();
    kept.delete(id);
    const left = (async () => {
      await Promise.allSettled([session.raising]);
      await database
        .updateTable('secure_sessions')
        .set({ seq_floor: session.window.floor })
        .where('id', '=', id)
        .execute();
    })().finally(() => leaving.delete(id));
    leaving.set(id, left);
    return left;
  }

  function keptOf(id: string): Promise<Kept> {
    const known = kept.get(id);
    if (known) return Promise.resolve(keep(id, known));
    const load = loading.get(id) ?? read(id).finally(() => loading.delete(id));
    loading.set(id, load);
    return load;
  }

  async function read(id: string): Promise<Kept> {
    await leaving.get(id);
    const row = await database
      .selectFrom('secure_sessions')
      .select(['session_key', 'seq_floor'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw new SealkeepError('SESSION_ENDED');
    const secret = atRest.open(sessionKeyPlace(id), row.session_key);
    try {
      const window = createSeqWindow(row.seq_floor);
      return keep(id, { keys: sessionKeysOf(secret), window, floor: row.seq_floor, raising: undefined });
    } finally {
      secret.destroy();
    }
  }

  async function raise(id: string, session: Kept): Promise<void> {
    const floor = session.window.floor + SEQ_WINDOW;
    const { numUpdatedRows } = await database
      .updateTable('secure_sessions')
      .set({ seq_floor: sql<number>`max(seq_floor, ${floor})` })
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new SealkeepError('SESSION_ENDED');
    session.floor = floor;
  }

  /** Inside the transaction that adds a session, so of many at once none is one too many. */
  async function assertRoom(transaction: KmsTransaction, address: string, at: number): Promise<void> {
    const { live } = await transaction
      .selectFrom('secure_sessions')
      .select((select) => select.fn.countAll<number>().as('live'))
      .where('expires_at', '>', at)
      .executeTakeFirstOrThrow();
    if (live >= limits.live || counts.of(address) >= limits.liveOfAddress)
      throw new SealkeepError('SESSION_LIMIT', { retry_after: LIMIT_RETRY_SECONDS });
  }

  return {
    /** @throws SealkeepError SESSION_ENDED where no live session goes by that token. */
    async byToken(token: string): Promise<LiveSession> {
      const row = await database
        .selectFrom('client_tokens')
        .innerJoin('secure_sessions', 'secure_sessions.id', 'client_tokens.session_id')
        .select(['id', 'created_at', 'expires_at', 'until'])
        .where('hash', '=', sha256(token))
        .executeTakeFirst();
      const at = now().getTime();
      if (!row || row.expires_at <= at || (row.until !== null && row.until <= at)) {
        throw new SealkeepError('SESSION_ENDED');
      }
      const { keys } = await keptOf(row.id);
      return { id: row.id, keys, createdAt: row.created_at, expiresAt: row.expires_at };
    },
    /**
     * Takes a number for good: once this resolves, no crash lets it be taken again.
     * @returns false where it was taken before.
     */
    async take({ id }: LiveSession, seq: number): Promise<boolean> {
      const session = await keptOf(id);
      if (!session.window.take(seq)) return false;
      while (seq >= session.floor) {
        session.raising ??= raise(id, session).finally(() => {
          session.raising = undefined;
        });
        await session.raising;
      }
      return true;
    },
    /** The session was used: it slides where that is set, and a tenth of its time is gone. */
    async touch(session: LiveSession): Promise<void> {
      const at = now().getTime();
      const end = Math.min(at + ttlMs, session.createdAt + LONGEST_SESSION_MS);
      const isDue = isSliding && session.expiresAt - at < ttlMs * (1 - SLIDE_STEP) && end > session.expiresAt;
      if (!isDue) return;
      await database
        .updateTable('secure_sessions')
        .set({ expires_at: sql<number>`max(expires_at, ${end})` })
        .where('id', '=', session.id)
        .execute();
      session.expiresAt = end;
    },
    /**
     * A fresh session under a client token, with its first window of numbers.
     * @param sessionKey 32 bytes; a copy is kept, so the caller destroys it.
     * @param address the client's.
     * @throws SealkeepError SESSION_TOKEN_TAKEN, SESSION_LIMIT
     */
    async start(id: string, token: string, sessionKey: Secret, address: string): Promise<LiveSession> {
      const createdAt = now().getTime();
      const expiresAt = createdAt + ttlMs;
      const floor = 1 + SEQ_WINDOW;
      const hash = sha256(token);
      const session_key = sessionKey.use((bytes) => atRest.seal(sessionKeyPlace(id), bytes));
      const row = { id, session_key, seq_floor: floor, created_at: createdAt, expires_at: expiresAt };
      await database.transaction().execute(async (transaction) => {
        await assertRoom(transaction, address, createdAt);
        if (await isTokenInUse(transaction, hash, createdAt)) throw new SealkeepError('SESSION_TOKEN_TAKEN');
        await transaction.insertInto('secure_sessions').values(row).execute();
        await transaction.insertInto('client_tokens').values({ hash, session_id: id, until: null }).execute();
      });
      addresses.set(id, address);
      counts.add(address);
      const keys = sessionKeysOf(sessionKey);
      // Nobody sends a message before the answer is out, so no window of the same session can be there.
      keep(id, { keys, window: createSeqWindow(1), floor, raising: undefined });
      return { id, keys, createdAt, expiresAt };
    },
    /** Forgets sessions whose rows are gone. */
    forget(ids: readonly string[]): void {
      for (const id of ids) {
        kept.delete(id);
        const address = addresses.get(id);
        if (address !== undefined && addresses.delete(id)) counts.remove(address);
      }
    },
    /** Writes down what was taken; to be called when nobody takes any more. */
    async close(): Promise<void> {
      await Promise.all([...kept.keys()].map(leave));
      await Promise.all(leaving.values());
    },
  };
}

/** Where a session key rests. */
export function sessionKeyPlace(id: string) {
  return { table: 'secure_sessions', column: 'session_key', row: id };
}
