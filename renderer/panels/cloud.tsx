import { CloudUpload, Download, Share2, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { CloudFile } from '../../shared/api/cloud/files.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { DropZone } from '../parts/drop-zone.tsx';
import { FileChooser } from '../parts/file-chooser.tsx';
import type { Column } from '../parts/file-order.ts';
import { OfferNotes, useOffer } from '../parts/offer.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { FileListPanel } from './file-list-panel.tsx';
import { ShareDialog } from './share-dialog.tsx';
import { useDownload } from './use-download.ts';
import { useFileList } from './use-file-list.ts';

const COLUMNS: readonly Column[] = ['name', 'size', 'shared', 'version', 'changed'];

type Asked =
  | { readonly what: 'share'; readonly file: CloudFile }
  | { readonly what: 'delete'; readonly files: readonly CloudFile[] };

/** The person's own files in the cloud. */
export function CloudPanel() {
  const { t, format } = useTexts();
  const list = useFileList('mine');
  const download = useDownload();
  const upload = useOffer('jobs.upload');
  const [asked, setAsked] = useState<Asked | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  // A file that went, or that the filter hides, is not chosen any more.
  const chosen = list.arranged.filter((file) => marked.has(file.resource_name));
  const size = list.files?.reduce((sum, file) => sum + file.size, 0) ?? 0;
  const close = () => setAsked(null);

  return (
    <DropZone
      promise={{ icon: CloudUpload, title: (n) => t('cloud.hover', { n }), about: t('cloud.hover.about') }}
      onFiles={upload.offer}
    >
      <FileListPanel
        list={list}
        download={download}
        label={t('cloud.table')}
        columns={COLUMNS}
        empty={{ icon: CloudUpload, title: t('cloud.none'), about: t('cloud.none.about') }}
        tools={<FileChooser label={t('cloud.upload')} icon={CloudUpload} onFiles={upload.offer} />}
        choice={{ chosen: new Set(chosen.map((file) => file.resource_name)), onChoose: setMarked }}
        quick={(file) => ({
          icon: Share2,
          label: t('row.share.name', { name: file.name }),
          onClick: () => setAsked({ what: 'share', file }),
        })}
        more={(file) => [
          { label: t('row.share'), icon: Share2, onSelect: () => setAsked({ what: 'share', file }) },
          {
            label: t('row.delete'),
            icon: Trash2,
            isDangerous: true,
            onSelect: () => setAsked({ what: 'delete', files: [file] }),
          },
        ]}
      >
        <OfferNotes {...upload} />
        {list.files && list.files.length > 0 && (
          <p className="quiet">{t('cloud.count', { n: list.files.length, size: format.bytes(size) })}</p>
        )}
        {chosen.length > 0 && (
          <div className="chosen" role="status">
            <span>{t('chosen.count', { n: chosen.length })}</span>
            <Button
              isSmall
              icon={Download}
              onClick={() => chosen.forEach((file) => void download.start(file, false))}
            >
              {t('chosen.download')}
            </Button>
            <Button isSmall icon={Trash2} onClick={() => setAsked({ what: 'delete', files: chosen })}>
              {t('chosen.delete')}
            </Button>
            <IconButton icon={X} label={t('chosen.clear')} onClick={() => setMarked(new Set())} />
          </div>
        )}
      </FileListPanel>
      {asked?.what === 'share' && <ShareDialog file={asked.file} onClose={close} />}
      {asked?.what === 'delete' && <DeleteDialog files={asked.files} onClose={close} />}
    </DropZone>
  );
}
