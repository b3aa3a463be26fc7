import { codeOf } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const SQLITE_FULL = 13;

/** A full disk, as files or SQLite tell it, becomes CLOUD_QUOTA_EXCEEDED; any other error stays what it is. */
export function asNoRoom(error: unknown): unknown {
  const isFull = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL;
  const isNoRoom = isFull || NO_ROOM.has(codeOf(error) ?? '');
  return isNoRoom ? new SealkeepError('CLOUD_QUOTA_EXCEEDED', {}, { cause: error }) : error;
}
