import { CircleCheck, FileDown, Info, RotateCw, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { BridgeOutput } from '../../../shared/bridge/calls.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { SaveButton } from '../../parts/save-button.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useAppStore } from '../../stores/app-store.ts';

type Verified = BridgeOutput<'activity.verify'>;
type Exported = BridgeOutput<'activity.export'>;

/** What can be done with the log as a whole: walk its chain, take it along. */
export function ActivityTools({ onRefresh }: { onRefresh: () => void }) {
  const { t } = useTexts();
  const verify = useCall('activity.verify');
  const takeOut = useCall('activity.export');
  const [verified, setVerified] = useState<Verified | null>(null);
  const [exported, setExported] = useState<Exported | null>(null);
  const walk = async () => {
    setVerified(null);
    const result = await verify.run({});
    if (result.ok) setVerified(result.value);
  };
  const take = async () => {
    setExported(null);
    const result = await takeOut.run({});
    if (result.ok) setExported(result.value);
  };
  return (
    <>
      <div className="tools activity-tools">
        <Button look="primary" icon={ShieldCheck} isBusy={verify.isBusy} onClick={() => void walk()}>
          {t('activity.verify')}
        </Button>
        <Button icon={FileDown} isBusy={takeOut.isBusy} onClick={() => void take()}>
          {t('activity.export')}
        </Button>
        <IconButton icon={RotateCw} label={t('cloud.refresh')} onClick={onRefresh} />
      </div>
      <div role="status">
        {verify.isBusy && <p className="quiet">{t('activity.verifying')}</p>}
        {verified && <VerifiedNote verified={verified} />}
      </div>
      <div role="status">{exported && <ExportedNote exported={exported} />}</div>
      <ErrorNote error={verify.error ?? takeOut.error} />
    </>
  );
}

function VerifiedNote({ verified: { entries, signed_up_to, signed_at } }: { verified: Verified }) {
  const { t, format } = useTexts();
  return (
    <div className="note note-info">
      {signed_at === null ? <Info aria-hidden="true" /> : <CircleCheck aria-hidden="true" />}
      <div className="note-body">
        {signed_at === null ? (
          <p>{t('activity.verified.unsigned')}</p>
        ) : (
          <>
            <p>{t('activity.verified', { n: entries })}</p>
            <p>
              {t('activity.verified.signed', {
                seq: format.number(signed_up_to),
                date: format.dateTime(signed_at),
              })}
            </p>
          </>
        )}
      </div>
    </div>
  );
}

function ExportedNote({ exported: { id, name, folder } }: { exported: Exported }) {
  const { t } = useTexts();
  const canSave = useAppStore((app) => app.state?.can.save);
  return (
    <div className="note note-info">
      <CircleCheck aria-hidden="true" />
      <div className="note-body">
        <p>{t('activity.exported', { name, folder })}</p>
        {canSave && (
          <div className="note-actions">
            <SaveButton id={id} index={0} name={name} />
          </div>
        )}
      </div>
    </div>
  );
}
