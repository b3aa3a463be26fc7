import { Copy, Download, Printer } from 'lucide-react';
import { useState } from 'react';
import { recoveryFileName } from '../../shared/names/recovery-file.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { ErrorNote, useCopy } from '../parts/error-note.tsx';
import { useCall } from '../parts/use-call.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Hands the codes to the person as a file. They are made here: nothing else should see them. */
function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Ten codes for a lost phone; the person says that they are kept before going on. */
export function Recovery({ user, codes }: { user: string; codes: readonly string[] }) {
  const { t } = useTexts();
  const view = useViewStore((store) => store.enter);
  const copy = useCopy();
  const [isKept, setKept] = useState(false);
  const enter = useCall('account.enter');
  const text = `${t('recovery.file', { user })}\n\n${codes.join('\n')}\n`;
  const go = async () => {
    const result = await enter.run({});
    if (result.ok) view({ step: 'start' });
  };
  return (
    <EntryFrame title={t('recovery.title')} about={t('recovery.about')}>
      <p className="print-only">{t('recovery.file', { user })}</p>
      <ol className="recovery-codes" aria-label={t('recovery.list')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="recovery-actions">
        <Button icon={Copy} onClick={() => copy(text)}>
          {t('action.copy')}
        </Button>
        <Button icon={Download} onClick={() => saveText(recoveryFileName(user), text)}>
          {t('recovery.save')}
        </Button>
        <Button icon={Printer} onClick={() => window.print()}>
          {t('recovery.print')}
        </Button>
      </div>
      <label className="check">
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
        {t('recovery.confirm')}
      </label>
      <ErrorNote error={enter.error} />
      <div className="form-actions">
        <Button look="primary" disabled={!isKept} isBusy={enter.isBusy} onClick={() => void go()}>
          {t('recovery.enter')}
        </Button>
      </div>
    </EntryFrame>
  );
}
