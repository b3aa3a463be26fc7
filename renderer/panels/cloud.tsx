import { CloudUpload, Download, Ellipsis, FolderDown, Share2, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { DropZone } from '../parts/drop-zone.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { FileChooser } from '../parts/file-chooser.tsx';
import type { Column } from '../parts/file-order.ts';
import { FileTable } from '../parts/file-table.tsx';
import { Menu } from '../parts/menu.tsx';
import { offerFiles } from '../parts/offer-files.ts';
import { useCall } from '../parts/use-call.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { FileListState } from './file-list-state.tsx';
import { ListTools } from './list-tools.tsx';
import { ShareDialog } from './share-dialog.tsx';
import { Transfers } from './transfers.tsx';
import { useFileList } from './use-file-list.ts';

const COLUMNS: readonly Column[] = ['name', 'size', 'shared', 'version', 'changed'];

type Asked =
  | { readonly what: 'share'; readonly file: CloudFile }
  | { readonly what: 'delete'; readonly files: readonly CloudFile[] };

/** The person's own files in the cloud. */
export function CloudPanel() {
  const { t, format } = useTexts();
  const list = useFileList('mine');
  const [asked, setAsked] = useState<Asked | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<BridgeError | null>(null);
  const download = useCall('cloud.download');
  const upload = (files: readonly File[]) => void offerFiles(files, 'jobs.upload').then(setError);
  const fetchFile = ({ owner, name }: CloudFile, open: boolean) => void download.run({ owner, name, open });
  // A file that went, or that the filter hides, is not chosen any more.
  const chosen = list.arranged.filter((file) => marked.has(file.resource_name));
  const size = list.files?.reduce((sum, file) => sum + file.size, 0) ?? 0;
  const close = () => setAsked(null);

  return (
    <DropZone
      promise={{ icon: CloudUpload, title: (n) => t('cloud.hover', { n }), about: t('cloud.hover.about') }}
      onFiles={upload}
    >
      <div className="panel">
        <ListTools list="mine" text={list.text} onText={list.setText}>
          <FileChooser label={t('cloud.upload')} icon={CloudUpload} onFiles={upload} />
        </ListTools>
        <ErrorNote error={error ?? download.error} />
        <Transfers />
        {chosen.length > 0 && (
          <div className="chosen" role="status">
            <span>{t('chosen.count', { n: chosen.length })}</span>
            <Button
              isSmall
              icon={Download}
              onClick={() => chosen.forEach((file) => void fetchFile(file, false))}
            >
              {t('chosen.download')}
            </Button>
            <Button isSmall icon={Trash2} onClick={() => setAsked({ what: 'delete', files: chosen })}>
              {t('chosen.delete')}
            </Button>
            <IconButton icon={X} label={t('chosen.clear')} onClick={() => setMarked(new Set())} />
          </div>
        )}
        <FileListState
          list="mine"
          empty={{ icon: CloudUpload, title: t('cloud.none'), about: t('cloud.none.about') }}
          filter={{ text: list.text, matches: list.arranged.length, clear: () => list.setText('') }}
        >
          <FileTable
            label={t('cloud.table')}
            files={list.arranged}
            columns={COLUMNS}
            order={list.order}
            onOrder={list.turn}
            chosen={new Set(chosen.map((file) => file.resource_name))}
            onChoose={setMarked}
            actions={(file) => (
              <>
                <IconButton
                  icon={Share2}
                  label={t('row.share.name', { name: file.name })}
                  onClick={() => setAsked({ what: 'share', file })}
                />
                <Menu
                  trigger={<IconButton icon={Ellipsis} label={t('row.actions', { name: file.name })} />}
                  items={[
                    { label: t('row.open'), icon: FolderDown, onSelect: () => fetchFile(file, true) },
                    { label: t('row.download'), icon: Download, onSelect: () => fetchFile(file, false) },
                    {
                      label: t('row.share'),
                      icon: Share2,
                      onSelect: () => setAsked({ what: 'share', file }),
                    },
                    {
                      label: t('row.delete'),
                      icon: Trash2,
                      isDangerous: true,
                      onSelect: () => setAsked({ what: 'delete', files: [file] }),
                    },
                  ]}
                />
              </>
            )}
          />
        </FileListState>
        {list.files && list.files.length > 0 && (
          <p className="quiet">{t('cloud.count', { n: list.files.length, size: format.bytes(size) })}</p>
        )}
      </div>
      {asked?.what === 'share' && <ShareDialog file={asked.file} onClose={close} />}
      {asked?.what === 'delete' && <DeleteDialog files={asked.files} onClose={close} />}
    </DropZone>
  );
}
