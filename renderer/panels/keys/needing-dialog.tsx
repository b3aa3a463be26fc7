import { useState } from 'react';
import { printable } from '../../../shared/names/printable.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { LoadedPart } from '../../parts/loaded-part.tsx';
import { useLoaded } from '../../parts/use-loaded.ts';

/** Which files want to be sealed anew, because a version that wrapped their keys was revoked. */
export function NeedingDialog({ keyId, onClose }: { keyId: string; onClose: () => void }) {
  const { t } = useTexts();
  const [request] = useState({ keyId });
  const needing = useLoaded('keys.needing-new-key', request);
  return (
    <Dialog title={t('keys.needing.title')} onClose={onClose}>
      <div className="dialog-body">
        <p>{t('keys.needing.about')}</p>
        <LoadedPart loaded={needing} label={t('cloud.loading')}>
          {({ files, hasMore }) => (
            <>
              <ul className="needing">
                {files.map(({ name, resource_name }) => (
                  <li key={resource_name}>
                    {name === null ? (
                      <>
                        {t('keys.needing.unnamed')} <code>{resource_name}</code>
                      </>
                    ) : (
                      printable(name)
                    )}
                  </li>
                ))}
              </ul>
              {hasMore && <p className="quiet">{t('keys.needing.more')}</p>}
            </>
          )}
        </LoadedPart>
      </div>
    </Dialog>
  );
}
