import { Check, X } from 'lucide-react';
import type { UserReply } from '../../../shared/api/kms/administration.ts';
import { printable } from '../../../shared/names/printable.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';

interface WaitingProps {
  readonly people: readonly UserReply[];
  readonly onChanged: () => void;
}

/** Who registered and waits for an administrator's word. */
export function Waiting({ people, onChanged }: WaitingProps) {
  const { t } = useTexts();
  if (people.length === 0) return null;
  return (
    <section className="people-part" aria-label={t('people.waiting')}>
      <h2>{t('people.waiting')}</h2>
      <ul className="waiting">
        {people.map((person) => (
          <WaitingRow key={person.id} person={person} onChanged={onChanged} />
        ))}
      </ul>
    </section>
  );
}

function WaitingRow({ person, onChanged }: { person: UserReply; onChanged: () => void }) {
  const { t, format } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const approve = useCall('people.approve');
  const refuse = useCall('people.decline');
  const named = { name: person.user };
  const go = async (isApproved: boolean) => {
    const result = await (isApproved ? approve : refuse).run({ id: person.id });
    if (result.ok) toast(t(isApproved ? 'people.approved' : 'people.refused', named));
    onChanged();
  };
  return (
    <li>
      <div className="waiting-row">
        <div>
          <strong className="truncate">{printable(person.user)}</strong>
          <span className="quiet">
            {t('people.registered', { date: format.dateTime(person.created_at) })}
          </span>
        </div>
        <Button
          isSmall
          look="primary"
          icon={Check}
          isBusy={approve.isBusy}
          aria-label={t('people.approve.name', named)}
          onClick={() => void go(true)}
        >
          {t('people.approve')}
        </Button>
        <Button
          isSmall
          icon={X}
          isBusy={refuse.isBusy}
          aria-label={t('people.refuse.name', named)}
          onClick={() => void go(false)}
        >
          {t('people.refuse')}
        </Button>
      </div>
      <ErrorNote error={approve.error ?? refuse.error} />
    </li>
  );
}
