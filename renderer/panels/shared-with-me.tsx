import { Download, Ellipsis, FolderDown, Users } from 'lucide-react';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import { useTexts } from '../messages/use-texts.ts';
import { IconButton } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import type { Column } from '../parts/file-order.ts';
import { FileTable } from '../parts/file-table.tsx';
import { Menu } from '../parts/menu.tsx';
import { useCall } from '../parts/use-call.ts';
import { useAppStore } from '../stores/app-store.ts';
import { FileListState } from './file-list-state.tsx';
import { ListTools } from './list-tools.tsx';
import { Transfers } from './transfers.tsx';
import { useFileList } from './use-file-list.ts';

const COLUMNS: readonly Column[] = ['name', 'owner', 'role', 'size', 'changed'];

/** What others share with the person. */
export function SharedWithMePanel() {
  const { t } = useTexts();
  const user = useAppStore((app) => app.state?.user ?? '');
  const list = useFileList('shared');
  const download = useCall('cloud.download');
  const fetchFile = ({ owner, name }: CloudFile, open: boolean) => void download.run({ owner, name, open });
  return (
    <div className="panel">
      <ListTools list="shared" text={list.text} onText={list.setText} />
      <ErrorNote error={download.error} />
      <Transfers />
      <FileListState
        list="shared"
        empty={{ icon: Users, title: t('shared.none'), about: t('shared.none.about', { user }) }}
        filter={{ text: list.text, matches: list.arranged.length, clear: () => list.setText('') }}
      >
        <FileTable
          label={t('shared.table')}
          files={list.arranged}
          columns={COLUMNS}
          order={list.order}
          onOrder={list.turn}
          actions={(file) => (
            <>
              <IconButton
                icon={FolderDown}
                label={t('row.open.name', { name: file.name })}
                onClick={() => fetchFile(file, true)}
              />
              <Menu
                trigger={<IconButton icon={Ellipsis} label={t('row.actions', { name: file.name })} />}
                items={[
                  { label: t('row.open'), icon: FolderDown, onSelect: () => fetchFile(file, true) },
                  { label: t('row.download'), icon: Download, onSelect: () => fetchFile(file, false) },
                ]}
              />
            </>
          )}
        />
      </FileListState>
    </div>
  );
}
