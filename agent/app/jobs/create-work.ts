import type { WorkParts } from './as-person.ts';
import { downloadWork } from './download-work.ts';
import { isFolder } from './drop-plan.ts';
import { folderWork } from './folder-work.ts';
import { type JobTask, keptOf } from './job-task.ts';
import { openWork } from './open-work.ts';
import { proveFolderWork } from './prove-folder-work.ts';
import { proveWork } from './prove-work.ts';
import { rewrapWork } from './rewrap-work.ts';
import { sealWork } from './seal-work.ts';
import { trashWork } from './trash-work.ts';
import { uploadWork } from './upload-work.ts';
import type { Work } from './work.ts';

/** What a task's job does. */
export function createWork(parts: WorkParts, task: JobTask): Work {
  return { ...workOf(parts, task), kept: keptOf(task) };
}

function workOf(parts: WorkParts, task: JobTask): Omit<Work, 'kept'> {
  switch (task.kind) {
    case 'seal':
    case 'open': {
      const [first] = task.files;
      if (first && isFolder(first)) return folderWork(parts, task.kind, first);
      return (task.kind === 'seal' ? sealWork : openWork)(parts, task.files);
    }
    case 'prove': {
      const [first] = task.files;
      return first?.is_folder ? proveFolderWork(parts, first) : proveWork(parts, task.files);
    }
    case 'trash':
      return trashWork(parts, task.files);
    case 'upload':
      return uploadWork(parts, task.files);
    case 'download':
      return downloadWork(parts, task);
    case 'rewrap':
      return rewrapWork(parts, task);
  }
}
