import { RefreshCw } from 'lucide-react';
import { useId, useState } from 'react';
import type { KeyReply } from '../../../shared/api/kms/keys.ts';
import { DAY_MS } from '../../../shared/days.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { ErrorNote, Note } from '../../parts/error-note.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { NeedingDialog } from './needing-dialog.tsx';
import { VersionRow } from './version-row.tsx';

interface KeyCardProps {
  readonly kek: KeyReply;
  readonly onChanged: () => void;
}

/** One key: when it rotates, what needs a new one, and its versions. */
export function KeyCard({ kek, onChanged }: KeyCardProps) {
  const { t } = useTexts();
  const id = useId();
  const toast = useViewStore((view) => view.toast);
  const rotate = useCall('keys.rotate');
  const [isListing, setListing] = useState(false);
  const versions = [...kek.versions].sort((a, b) => b.version - a.version);
  const go = async () => {
    const result = await rotate.run({ keyId: kek.keyId });
    if (!result.ok) return;
    toast(t('keys.rotated'));
    onChanged();
  };
  return (
    <section className="key" aria-labelledby={id}>
      <header className="key-head">
        <div>
          <h2 id={id}>{t(kek.isFirst ? 'keys.mine' : 'keys.further')}</h2>
          <Schedule kek={kek} />
        </div>
        <Button look="primary" icon={RefreshCw} isBusy={rotate.isBusy} onClick={() => void go()}>
          {t('keys.rotate')}
        </Button>
      </header>
      <ErrorNote error={rotate.error} />
      {kek.needingNewKey > 0 && (
        <Note look="warn">
          <p>{t('keys.needing', { n: kek.needingNewKey })}</p>
          <div className="note-actions">
            <Button isSmall onClick={() => setListing(true)}>
              {t('keys.needing.show')}
            </Button>
          </div>
        </Note>
      )}
      <ol className="versions" aria-label={t('keys.versions')}>
        {versions.map((version) => (
          <VersionRow key={version.version} keyId={kek.keyId} version={version} onChanged={onChanged} />
        ))}
      </ol>
      {isListing && <NeedingDialog keyId={kek.keyId} onClose={() => setListing(false)} />}
    </section>
  );
}

/** When the next version comes by itself. */
function Schedule({ kek: { versions, rotationDays } }: { kek: KeyReply }) {
  const { t, format } = useTexts();
  const active = versions.find(({ status }) => status === 'active');
  if (rotationDays === 0 || !active) return <p className="quiet">{t('keys.schedule.never')}</p>;
  const next = new Date(Date.parse(active.createdAt) + rotationDays * DAY_MS).toISOString();
  return <p className="quiet">{t('keys.schedule', { n: rotationDays, date: format.day(next) })}</p>;
}
