import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { LinkButton } from '../parts/button.tsx';
import { LanguageSelect } from '../parts/language-select.tsx';
import { Logo } from '../parts/logo.tsx';
import { LostNote } from '../parts/lost-note.tsx';
import { StatusPill } from '../parts/status-pill.tsx';

interface EntryFrameProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly onBack?: () => void;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** What every screen before the main window stands in. */
export function EntryFrame({ title, about, onBack, isWide, children }: EntryFrameProps) {
  const { t } = useTexts();
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = `${title} · Sealkeep`;
  }, [title]);
  // The first field, or the heading: where the person goes on, and where a screen reader starts to read.
  useEffect(() => {
    const first =
      main.current?.querySelector<HTMLElement>('[data-first]') ?? main.current?.querySelector('h1');
    // On a narrow window the code's field stands below the picture that has to be scanned first.
    first?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="entry">
      <header className="entry-head">
        <Logo size={36} />
        <span className="wordmark">Sealkeep</span>
      </header>
      <main ref={main} className={isWide ? 'card card-wide' : 'card'}>
        <LostNote />
        {onBack && (
          <LinkButton className="back" onClick={onBack}>
            <ArrowLeft aria-hidden="true" />
            {t('action.back')}
          </LinkButton>
        )}
        <h1 tabIndex={-1}>{title}</h1>
        {about && <p className="lead">{about}</p>}
        {children}
      </main>
      <footer className="entry-foot">
        <LanguageSelect />
        <StatusPill />
      </footer>
    </div>
  );
}
