import { SealkeepError } from '../../shared/errors/error.ts';
import { dataHomePath, type SystemPlace } from '../profile/data-folder.ts';
import { createFreedesktopTrash } from './freedesktop-trash.ts';
import type { Trash } from './trash.ts';

export interface SystemTrashSettings extends SystemPlace {
  /** Undefined on Windows. */
  readonly uid: number | undefined;
  readonly now: () => Date;
}

/** The trash that a plain process can use: on Windows and macOS only an app has the system's (decision 0019). */
export function createSystemTrash({ platform, environment, uid, now }: SystemTrashSettings): Trash {
  if (platform === 'win32' || platform === 'darwin' || uid === undefined) {
    return async (file) => {
      throw new SealkeepError('TRASH_UNAVAILABLE', { file });
    };
  }
  return createFreedesktopTrash({ dataHome: dataHomePath(environment), uid, now });
}
