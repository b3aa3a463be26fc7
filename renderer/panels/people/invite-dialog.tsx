import { useState } from 'react';
import type { BridgeOutput } from '../../../shared/bridge/calls.ts';
import { DAY_MS } from '../../../shared/days.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { SelectField } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { HandOver } from '../../parts/hand-over.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useAppStore } from '../../stores/app-store.ts';

const DAYS = [1, 7, 30] as const;
/** The KMS takes no invitation that is good for longer than 30 days by its own clock, which may be behind. */
const LONGEST_MS = 30 * DAY_MS - 300_000;

/** Makes an invitation, and shows it once. */
export function InviteDialog({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { t, format } = useTexts();
  const make = useCall('invitations.make');
  const kms = useAppStore((app) => app.state?.servers?.kms.address);
  const cloud = useAppStore((app) => app.state?.servers?.cloud.address);
  const [days, setDays] = useState<number>(7);
  const [made, setMade] = useState<BridgeOutput<'invitations.make'> | null>(null);
  const go = async () => {
    if (make.isBusy) return;
    const until = new Date(Date.now() + Math.min(days * DAY_MS, LONGEST_MS)).toISOString();
    const result = await make.run({ until });
    if (!result.ok) return;
    setMade(result.value);
    onMade();
  };
  if (made) {
    return (
      <HandOver
        title={t('invitations.made')}
        about={t('invitations.hand-over', { until: format.dateTime(made.until) })}
        label={t('account.invitation')}
        code={made.invitation}
        onClose={onClose}
      >
        {kms && cloud && (
          <dl className="addresses">
            <dt>{t('join.kms')}</dt>
            <dd>{kms}</dd>
            <dt>{t('join.cloud')}</dt>
            <dd>{cloud}</dd>
          </dl>
        )}
      </HandOver>
    );
  }
  return (
    <Dialog title={t('invitations.make.title')} onClose={onClose}>
      <div className="dialog-body">
        <Form
          error={make.error}
          onSubmit={() => void go()}
          actions={
            <>
              <Button onClick={onClose}>{t('action.cancel')}</Button>
              <Button look="primary" type="submit" isBusy={make.isBusy}>
                {t('invitations.make.go')}
              </Button>
            </>
          }
        >
          <p>{t('invitations.make.about')}</p>
          <SelectField
            label={t('invitations.good')}
            value={String(days)}
            onChange={(event) => setDays(Number(event.target.value))}
            options={DAYS.map((n) => ({ value: String(n), label: t('invitations.days', { n }) }))}
          />
        </Form>
      </div>
    </Dialog>
  );
}
