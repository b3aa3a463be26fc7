import { useState } from 'react';
import type { BridgeOutput } from '../../../shared/bridge/calls.ts';
import { printable } from '../../../shared/names/printable.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { LoadedPart } from '../../parts/loaded-part.tsx';
import { useLoaded } from '../../parts/use-loaded.ts';
import { selectLocale, useAppStore } from '../../stores/app-store.ts';

type Needing = BridgeOutput<'keys.needing-new-key'>['files'];

/** Those without a name come last. */
function byName(files: Needing, locale: string): Needing {
  const names = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  return files.toSorted((a, b) =>
    a.name === null || b.name === null
      ? Number(a.name === null) - Number(b.name === null)
      : names.compare(a.name, b.name),
  );
}

/** Which files want to be sealed anew, because a version that wrapped their keys was revoked. */
export function NeedingDialog({ keyId, onClose }: { keyId: string; onClose: () => void }) {
  const { t } = useTexts();
  const locale = useAppStore(selectLocale);
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
                {byName(files, locale).map(({ name, resource_name }) => (
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
