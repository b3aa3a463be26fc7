import { MailPlus } from 'lucide-react';
import { useState } from 'react';
import type { Invitation } from '../../../shared/api/kms/administration.ts';
import { printable } from '../../../shared/names/printable.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { LoadedPart } from '../../parts/loaded-part.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useLoaded } from '../../parts/use-loaded.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { InviteDialog } from './invite-dialog.tsx';

/** Invitations that are good, and another one. */
export function Invitations() {
  const { t } = useTexts();
  const [request] = useState({});
  const invitations = useLoaded('invitations.list', request);
  const [isInviting, setInviting] = useState(false);
  const reload = () => void invitations.reload();
  return (
    <section className="people-part" aria-label={t('invitations.title')}>
      <header className="section-head">
        <h2>{t('invitations.title')}</h2>
        <Button isSmall icon={MailPlus} onClick={() => setInviting(true)}>
          {t('invitations.make')}
        </Button>
      </header>
      <LoadedPart loaded={invitations} label={t('cloud.loading')}>
        {(value) =>
          value.length === 0 ? (
            <p className="quiet">{t('invitations.none')}</p>
          ) : (
            <ul className="waiting">
              {value.map((invitation) => (
                <InvitationRow key={invitation.id} invitation={invitation} onChanged={reload} />
              ))}
            </ul>
          )
        }
      </LoadedPart>
      {isInviting && <InviteDialog onMade={reload} onClose={() => setInviting(false)} />}
    </section>
  );
}

function InvitationRow({ invitation, onChanged }: { invitation: Invitation; onChanged: () => void }) {
  const { t, format } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const withdraw = useCall('invitations.withdraw');
  const made = format.dateTime(invitation.created_at);
  const go = async () => {
    const result = await withdraw.run({ id: invitation.id });
    if (result.ok) toast(t('invitations.withdrawn'));
    onChanged();
  };
  return (
    <li>
      <div className="waiting-row">
        <div>
          <strong>{t('invitations.until', { date: format.dateTime(invitation.until) })}</strong>
          <span className="quiet">{t('invitations.by', { name: printable(invitation.by), date: made })}</span>
        </div>
        <Button
          isSmall
          isBusy={withdraw.isBusy}
          aria-label={t('invitations.withdraw.name', { date: made })}
          onClick={() => void go()}
        >
          {t('invitations.withdraw')}
        </Button>
      </div>
      <ErrorNote error={withdraw.error} />
    </li>
  );
}
