import { useState } from 'react';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { useCall } from '../parts/use-call.ts';
import { loadFiles } from '../stores/load-files.ts';
import { useViewStore } from '../stores/view-store.ts';

interface DeleteDialogProps {
  readonly files: readonly CloudFile[];
  readonly onClose: () => void;
}

/** Asks before files go from the cloud, and says what that means. */
export function DeleteDialog({ files, onClose }: DeleteDialogProps) {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const remove = useCall('cloud.remove');
  // Names of those that are left: after an error, only they are tried again.
  const [left, setLeft] = useState(files.map((file) => file.name));
  const named = { n: files.length, name: files[0]?.name ?? '' };
  const go = async () => {
    for (const [index, name] of left.entries()) {
      const result = await remove.run({ name });
      if (!result.ok) {
        setLeft(left.slice(index));
        void loadFiles('mine');
        return;
      }
    }
    void loadFiles('mine');
    toast(t('delete.done', named));
    onClose();
  };
  return (
    <Dialog title={t('delete.title', named)} onClose={onClose}>
      <div className="dialog-body">
        <p>{t('delete.about')}</p>
        <ErrorNote error={remove.error} />
      </div>
      <div className="dialog-actions">
        <Button data-first onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button look="danger" isBusy={remove.isBusy} onClick={() => void go()}>
          {t('delete.go')}
        </Button>
      </div>
    </Dialog>
  );
}
