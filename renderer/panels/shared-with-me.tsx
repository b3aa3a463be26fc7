import { FolderDown, Users } from 'lucide-react';
import { useTexts } from '../messages/use-texts.ts';
import type { Column } from '../parts/file-order.ts';
import { useAppStore } from '../stores/app-store.ts';
import { FileListPanel } from './file-list-panel.tsx';
import { useDownload } from './use-download.ts';
import { useFileList } from './use-file-list.ts';

const COLUMNS: readonly Column[] = ['name', 'owner', 'role', 'size', 'changed'];

/** What others share with the person. */
export function SharedWithMePanel() {
  const { t } = useTexts();
  const user = useAppStore((app) => app.state?.user ?? '');
  const list = useFileList('shared');
  const download = useDownload();
  return (
    <FileListPanel
      list={list}
      download={download}
      label={t('shared.table')}
      columns={COLUMNS}
      empty={{ icon: Users, title: t('shared.none'), about: t('shared.none.about', { user }) }}
      quick={(file) => ({
        icon: FolderDown,
        label: t('row.open.name', { name: file.name }),
        onClick: () => download.start(file, true),
      })}
    />
  );
}
