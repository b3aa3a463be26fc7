import { codeOf } from '../../../core/durable/publish.ts';
import { isFullDatabase } from '../../../core/durable/sqlite.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A full disk, as files or SQLite tell it, becomes CLOUD_QUOTA_EXCEEDED; any other error stays what it is. */
export function asNoRoom(error: unknown): unknown {
  const isNoRoom = isFullDatabase(error) || NO_ROOM.has(codeOf(error) ?? '');
  return isNoRoom ? new SealkeepError('CLOUD_QUOTA_EXCEEDED', {}, { cause: error }) : error;
}
