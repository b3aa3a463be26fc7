import { ChevronRight, Laptop, type LucideIcon, Users } from 'lucide-react';
import { useTexts } from '../messages/use-texts.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { useCall } from '../parts/use-call.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

interface WayProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly about: string;
  readonly isFirst?: boolean;
  readonly isBusy?: boolean;
  readonly onChoose: () => void;
}

function Way({ icon: Icon, title, about, isFirst, isBusy, onChoose }: WayProps) {
  return (
    <button
      type="button"
      className={isFirst ? 'way way-first' : 'way'}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? undefined : onChoose}
    >
      <Icon aria-hidden="true" />
      <span>
        <strong>{title}</strong>
        <span>{about}</span>
      </span>
      {isBusy ? <span className="spinner" aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
    </button>
  );
}

/** First launch: whose servers. */
export function Welcome() {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const here = useCall('place.here');
  return (
    <EntryFrame title={t('welcome.title')} about={t('app.tagline')}>
      <div className="ways">
        <Way
          isFirst
          icon={Laptop}
          title={t('welcome.here')}
          about={t('welcome.here.about')}
          isBusy={here.isBusy}
          onChoose={() => void here.run({})}
        />
        <Way
          icon={Users}
          title={t('welcome.team')}
          about={t('welcome.team.about')}
          onChoose={() => enter({ step: 'join' })}
        />
      </div>
      <ErrorNote error={here.error} />
    </EntryFrame>
  );
}
