import { Download as DownloadIcon, Ellipsis, FolderDown, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import { useTexts } from '../messages/use-texts.ts';
import { IconButton } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import type { Column } from '../parts/file-order.ts';
import { type Choice, FileTable } from '../parts/file-table.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { FileListState } from './file-list-state.tsx';
import { ListTools } from './list-tools.tsx';
import { Transfers } from './transfers.tsx';
import type { Download } from './use-download.ts';
import type { FileListView } from './use-file-list.ts';

interface FileListPanelProps {
  readonly list: FileListView;
  readonly download: Download;
  /** What the table is called. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly empty: { readonly icon: LucideIcon; readonly title: string; readonly about: string };
  /** What can be done beside filtering and fetching anew. */
  readonly tools?: ReactNode;
  /** Between tools and list. */
  readonly children?: ReactNode;
  readonly choice?: Choice;
  /** The one thing a row offers without its menu. */
  readonly quick: (file: CloudFile) => { readonly icon: LucideIcon; label: string; onClick(): void };
  /** What a row's menu offers beside downloading. */
  readonly more?: (file: CloudFile) => readonly MenuItem[];
}

/** A list of the cloud, in each of its states. */
export function FileListPanel({
  list,
  download,
  label,
  columns,
  empty,
  tools,
  children,
  choice,
  quick,
  more,
}: FileListPanelProps) {
  const { t } = useTexts();
  return (
    <div className="panel">
      <ListTools list={list.name} text={list.text} onText={list.setText}>
        {tools}
      </ListTools>
      <ErrorNote error={download.error} />
      <Transfers />
      {children}
      <FileListState
        list={list.name}
        empty={empty}
        filter={{ text: list.text, matches: list.arranged.length, clear: () => list.setText('') }}
      >
        <FileTable
          label={label}
          files={list.arranged}
          columns={columns}
          order={list.order}
          onOrder={list.turn}
          {...(choice ? { choice } : {})}
          actions={(file) => (
            <>
              <IconButton {...quick(file)} />
              <Menu
                trigger={<IconButton icon={Ellipsis} label={t('row.actions', { name: file.name })} />}
                items={[
                  { label: t('row.open'), icon: FolderDown, onSelect: () => download.start(file, true) },
                  {
                    label: t('row.download'),
                    icon: DownloadIcon,
                    onSelect: () => download.start(file, false),
                  },
                  ...(more?.(file) ?? []),
                ]}
              />
            </>
          )}
        />
      </FileListState>
    </div>
  );
}
