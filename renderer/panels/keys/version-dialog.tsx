import { useState } from 'react';
import type { KeyVersionReply } from '../../../shared/api/kms/keys.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { CodeDialog } from '../../parts/code-dialog.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { SelectField } from '../../parts/field.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';
import type { VersionAct } from './version-act.ts';

const DAYS = [7, 14, 30] as const;

interface VersionDialogProps {
  readonly act: VersionAct;
  readonly keyId: string;
  readonly version: KeyVersionReply;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Says what an act on a version does and what is lost by it, asks for a fresh code, and does it. */
export function VersionDialog(props: VersionDialogProps) {
  const { t, format } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const { act, keyId, version, onClose } = props;
  const name = { version: format.number(version.version) };
  const ended = (isDone: boolean) => {
    if (!isDone) return false;
    toast(t(`keys.${act}.done`, name));
    props.onDone();
    onClose();
    return true;
  };
  const parts = { name, keyId, version, ended, onClose };
  if (act === 'keep') return <KeepDialog {...parts} />;
  if (act === 'destroy') return <DestroyDialog {...parts} />;
  return <ChangeDialog act={act} {...parts} />;
}

interface Parts extends Pick<VersionDialogProps, 'keyId' | 'version' | 'onClose'> {
  readonly name: { readonly version: string };
  readonly ended: (isDone: boolean) => boolean;
}

function ChangeDialog({ act, name, keyId, version, ended, onClose }: Parts & { act: 'disable' | 'enable' }) {
  const { t } = useTexts();
  const change = useCall(`keys.${act}`);
  const n = version.needed;
  return (
    <CodeDialog
      title={t(`keys.${act}.title`, name)}
      action={t(`keys.${act}.go`)}
      look={act === 'disable' ? 'danger' : 'primary'}
      error={change.error}
      isBusy={change.isBusy}
      onCode={async (code) => ended((await change.run({ keyId, version: version.version, code })).ok)}
      onClose={onClose}
    >
      <p>{t(`keys.${act}.about`)}</p>
      {act === 'disable' && <p>{t(n === 0 ? 'keys.disable.lost.none' : 'keys.disable.lost', { n })}</p>}
      {act === 'disable' && version.status === 'active' && <p>{t('keys.disable.active')}</p>}
    </CodeDialog>
  );
}

function DestroyDialog({ name, keyId, version, ended, onClose }: Parts) {
  const { t } = useTexts();
  const destroy = useCall('keys.schedule-destruction');
  const [days, setDays] = useState<number>(30);
  const title = t('keys.destroy.title', name);
  if (version.needed > 0) {
    return (
      <Dialog title={title} onClose={onClose}>
        <div className="dialog-body">
          <p>{t('keys.destroy.needed', { n: version.needed })}</p>
        </div>
        <div className="dialog-actions">
          <Button data-first onClick={onClose}>
            {t('action.close')}
          </Button>
        </div>
      </Dialog>
    );
  }
  const request = { keyId, version: version.version, days };
  return (
    <CodeDialog
      title={title}
      action={t('keys.destroy.go')}
      look="danger"
      error={destroy.error}
      isBusy={destroy.isBusy}
      onCode={async (code) => ended((await destroy.run({ ...request, code })).ok)}
      onClose={onClose}
    >
      <p>{t('keys.destroy.about')}</p>
      <p>{t('keys.destroy.lost')}</p>
      <SelectField
        label={t('keys.destroy.when')}
        value={String(days)}
        onChange={(event) => setDays(Number(event.target.value))}
        options={DAYS.map((n) => ({ value: String(n), label: t('keys.destroy.days', { n }) }))}
      />
    </CodeDialog>
  );
}

/** The KMS asks for no code here: nothing is lost by it. */
function KeepDialog({ name, keyId, version, ended, onClose }: Parts) {
  const { t } = useTexts();
  const keep = useCall('keys.cancel-destruction');
  const go = async () => ended((await keep.run({ keyId, version: version.version })).ok);
  return (
    <Dialog title={t('keys.keep.title', name)} onClose={onClose}>
      <div className="dialog-body">
        <p>{t('keys.keep.about')}</p>
        <ErrorNote error={keep.error} />
      </div>
      <div className="dialog-actions">
        <Button data-first onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button look="primary" isBusy={keep.isBusy} onClick={() => void go()}>
          {t('keys.keep.go')}
        </Button>
      </div>
    </Dialog>
  );
}
