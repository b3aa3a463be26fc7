import { SealkeepError } from '../../../shared/errors/error.ts';
import { ENC_ENDING, SEALED_ENDING } from '../../../shared/names/endings.ts';
import { sideBySide } from '../../engine/side-by-side.ts';
import type { BridgeHandlers } from '../app.ts';
import { type PlannedFile, planDrop } from '../jobs/drop-plan.ts';
import { tasksOf } from '../jobs/drop-tasks.ts';
import type { JobTask } from '../jobs/job-task.ts';
import { addJob, addJobs, presentOwner } from './add-jobs.ts';
import type { AppParts } from './app-parts.ts';

/** What takes long, and wants a bar. */
export function jobHandlers({ queue, files, work, settings }: AppParts) {
  const present = () => presentOwner(work);

  /**
   * The `.enc` files that a job made, or what else has that ending.
   * @throws SealkeepError REQUEST_INVALID, FILE_NOT_FOUND
   */
  async function sealedOutputs(id: string, ending = ENC_ENDING): Promise<PlannedFile[]> {
    const encs = queue.outputs(id).filter(({ name }) => name.endsWith(ending));
    if (encs.length === 0)
      throw new SealkeepError('REQUEST_INVALID', { reason: 'that job made no sealed file' });
    const refs = await sideBySide(encs, async (enc) => (await files.addPath(enc.path)).ref);
    return files.find(refs).map((file) => ({ file, isSealed: true, key: undefined }));
  }

  const addOne = (task: JobTask) => addJob({ queue, work }, task);

  return {
    'jobs.start': async ({ refs }) => {
      present();
      const planned = await planDrop(files.find(refs));
      return {
        ids: addJobs(
          { queue, work },
          tasksOf(planned, ({ isSealed }) => (isSealed ? 'open' : 'seal')),
        ),
      };
    },
    'jobs.upload': async ({ refs }) => {
      present();
      const planned = await planDrop(files.find(refs));
      return {
        ids: addJobs(
          { queue, work },
          tasksOf(planned, () => 'upload'),
        ),
      };
    },
    'jobs.upload-output': async ({ id }) => {
      present();
      return { id: addOne({ kind: 'upload', files: await sealedOutputs(id) }) };
    },
    'jobs.open-output': async ({ id }) => {
      present();
      const ending = queue.isFolder(id) ? SEALED_ENDING : ENC_ENDING;
      return { id: addOne({ kind: 'open', files: await sealedOutputs(id, ending) }) };
    },
    'jobs.prove': async ({ id }) => {
      present();
      const originals = queue.originals(id);
      if (originals.length === 0 || !settings.system.trash)
        throw new SealkeepError('REQUEST_INVALID', { reason: 'there is no original to move' });
      return { id: addOne({ kind: 'prove', files: originals }) };
    },
    'jobs.trash-originals': async ({ id }) => {
      present();
      const proven = queue.proven(id);
      const files = proven.left();
      if (files.length === 0 || !settings.system.trash)
        throw new SealkeepError('REQUEST_INVALID', { reason: 'there is no proven original to move' });
      const job = addOne({ kind: 'trash', files });
      proven.handedOver();
      queue.refresh();
      return { id: job };
    },
    'jobs.list': async () => queue.list(),
    'jobs.cancel': async ({ id }) => {
      present();
      queue.cancel(id);
      return {};
    },
    'jobs.retry': async ({ id }) => {
      present();
      queue.retry(id);
      return {};
    },
    'jobs.pause': async ({ id }) => {
      present();
      queue.pause(id);
      return {};
    },
    'jobs.resume': async ({ id }) => {
      present();
      queue.resume(id);
      return {};
    },
    'jobs.clear': async () => {
      present();
      queue.clear();
      return {};
    },
    'jobs.show-in-folder': async ({ id }) => {
      present();
      const [output] = queue.outputs(id);
      const { showInFolder } = settings.system;
      if (!output || !showInFolder)
        throw new SealkeepError('REQUEST_INVALID', { reason: 'there is nothing to show' });
      await showInFolder(output.path);
      return {};
    },
    'cloud.download': async (target) => ({ id: addOne({ kind: 'download', ...target }) }),
  } satisfies Partial<BridgeHandlers>;
}
