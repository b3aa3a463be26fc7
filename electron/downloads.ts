import { type DownloadItem, dialog, type Session } from 'electron';
import { isRecoveryFileName } from '../shared/names/recovery-file.ts';
import type { Texts } from './language.ts';
import { isPageAddress, isPageBlob } from './page-address.ts';

/** Ten codes, and whose they are. */
const MAX_BYTES = 8 * 1024;

type Download = Pick<
  DownloadItem,
  'getURL' | 'getInitiatorOrigin' | 'getMimeType' | 'getTotalBytes' | 'getFilename'
>;

/** Whether a download is the recovery codes, which our page made: a page can name any address, but not its own origin. */
function isRecoveryCodes(item: Download): boolean {
  return (
    isPageAddress(item.getInitiatorOrigin()) &&
    isPageBlob(item.getURL()) &&
    item.getMimeType() === 'text/plain' &&
    item.getTotalBytes() <= MAX_BYTES &&
    isRecoveryFileName(item.getFilename())
  );
}

/** Lets the pages of `session` save the recovery codes, where the person says, and nothing else. */
export function registerDownloads(session: Session, texts: Texts): void {
  session.on('will-download', (event, item) => {
    if (!isRecoveryCodes(item)) return event.preventDefault();
    const { say } = texts();
    item.setSaveDialogOptions({
      title: say('recovery.save'),
      defaultPath: item.getFilename(),
      filters: [{ name: say('recovery.text'), extensions: ['txt'] }],
      properties: ['showOverwriteConfirmation', 'dontAddToRecent'],
    });
    item.once('done', (_, state) => {
      // The page has its codes on the screen and is told nothing; thinking them saved would be the worst.
      if (state === 'interrupted') dialog.showErrorBox('Sealkeep', texts().say('recovery.not-saved'));
    });
  });
}
