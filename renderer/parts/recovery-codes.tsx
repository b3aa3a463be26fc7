import { Copy, Download, Printer } from 'lucide-react';
import { recoveryFileName } from '../../shared/names/recovery-file.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from './button.tsx';
import { useCopy } from './error-note.tsx';

/** Hands the codes to the person as a file. They are made here: nothing else should see them. */
function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The ten codes, and the ways to keep them. */
export function RecoveryCodes({ user, codes }: { user: string; codes: readonly string[] }) {
  const { t } = useTexts();
  const copy = useCopy();
  const text = `${t('recovery.file', { user })}\n\n${codes.join('\n')}\n`;
  return (
    <>
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
    </>
  );
}
