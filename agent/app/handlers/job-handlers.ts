import { SealkeepError } from '../../../shared/errors/error.ts';
import { ENC_ENDING } from '../../../shared/names/file-name.ts';
import type { BridgeHandlers } from '../app.ts';
import type { OfferedFile } from '../file-refs.ts';
import { downloadWork } from '../jobs/download-work.ts';
import { planDrop } from '../jobs/drop-plan.ts';
import { openWork } from '../jobs/open-work.ts';
import { sealWork } from '../jobs/seal-work.ts';
import { uploadWork } from '../jobs/upload-work.ts';
import type { Work } from '../jobs/work.ts';
import type { AppParts } from './app-parts.ts';

/** What takes long, and wants a bar. */
export function jobHandlers({ account, queue, files, work, settings }: AppParts) {
  /** @throws SealkeepError NOT_LOGGED_IN */
  function assertLoggedIn(): void {
    if (account.user() === null) throw new SealkeepError('NOT_LOGGED_IN');
  }

  /** The `.enc` that a job made. @throws SealkeepError REQUEST_INVALID, FILE_NOT_FOUND */
  async function sealedOutput(id: string): Promise<OfferedFile> {
    const enc = queue.outputs(id).find(({ name }) => name.endsWith(ENC_ENDING));
    if (!enc) throw new SealkeepError('REQUEST_INVALID', { reason: 'that job made no sealed file' });
    const [file] = files.find([(await files.addPath(enc.path)).ref]);
    if (!file) throw new SealkeepError('INTERNAL');
    return file;
  }

  function addOne(one: Work): string {
    const [id] = queue.add([one]);
    if (id === undefined) throw new SealkeepError('INTERNAL');
    return id;
  }

  return {
    'jobs.start': async ({ refs }) => {
      assertLoggedIn();
      const planned = await planDrop(files.find(refs));
      const works = planned.map((one) => (one.isSealed ? openWork(work, one) : sealWork(work, one.file)));
      return { ids: queue.add(works) };
    },
    'jobs.upload': async ({ refs }) => {
      assertLoggedIn();
      const planned = await planDrop(files.find(refs));
      return { ids: queue.add(planned.map((one) => uploadWork(work, one))) };
    },
    'jobs.upload-output': async ({ id }) => {
      assertLoggedIn();
      const file = await sealedOutput(id);
      return { id: addOne(uploadWork(work, { file, isSealed: true, key: undefined })) };
    },
    'jobs.open-output': async ({ id }) => {
      assertLoggedIn();
      return { id: addOne(openWork(work, { file: await sealedOutput(id), key: undefined })) };
    },
    'jobs.list': async () => queue.list(),
    'jobs.cancel': async ({ id }) => {
      queue.cancel(id);
      return {};
    },
    'jobs.retry': async ({ id }) => {
      assertLoggedIn();
      queue.retry(id);
      return {};
    },
    'jobs.clear': async () => {
      queue.clear();
      return {};
    },
    'jobs.show-in-folder': async ({ id }) => {
      const [output] = queue.outputs(id);
      const { showInFolder } = settings.system;
      if (!output || !showInFolder)
        throw new SealkeepError('REQUEST_INVALID', { reason: 'there is nothing to show' });
      await showInFolder(output.path);
      return {};
    },
    'cloud.download': async (target) => {
      assertLoggedIn();
      return { id: addOne(downloadWork(work, target)) };
    },
  } satisfies Partial<BridgeHandlers>;
}
