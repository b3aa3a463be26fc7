import { useState } from 'react';
import type { UserReply } from '../../../shared/api/kms/administration.ts';
import type { BridgeOutput } from '../../../shared/bridge/calls.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { CodeDialog } from '../../parts/code-dialog.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { HandOver } from '../../parts/hand-over.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useViewStore } from '../../stores/view-store.ts';
import type { MemberAct } from './member-act.ts';

interface MemberDialogProps {
  readonly act: MemberAct;
  readonly person: UserReply;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Says what an act on somebody means, asks for a fresh code where the KMS does, and does it. */
export function MemberDialog({ act, ...props }: MemberDialogProps) {
  if (act === 'reset') return <ResetDialog {...props} />;
  if (act === 'disable' || act === 'enable') return <StateDialog act={act} {...props} />;
  return <RoleDialog act={act} {...props} />;
}

type Props<Act> = Omit<MemberDialogProps, 'act'> & { readonly act: Act };

function RoleDialog({ act, person, onDone, onClose }: Props<'administrator' | 'member'>) {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const change = useCall('people.change-role');
  const named = { name: person.user };
  const go = async (code: string) => {
    const result = await change.run({ id: person.id, role: act, code });
    if (!result.ok) return false;
    toast(t(`people.${act}.done`, named));
    onDone();
    onClose();
    return true;
  };
  return (
    <CodeDialog
      title={t(`people.${act}.title`, named)}
      action={t(`people.${act}.go`)}
      error={change.error}
      isBusy={change.isBusy}
      onCode={go}
      onClose={onClose}
    >
      <p>{t(`people.${act}.about`)}</p>
    </CodeDialog>
  );
}

function StateDialog({ act, person, onDone, onClose }: Props<'disable' | 'enable'>) {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const change = useCall(`people.${act}`);
  const named = { name: person.user };
  const go = async () => {
    const result = await change.run({ id: person.id });
    if (!result.ok) return;
    toast(t(`people.${act}.done`, named));
    onDone();
    onClose();
  };
  return (
    <Dialog title={t(`people.${act}.title`, named)} onClose={onClose}>
      <div className="dialog-body">
        <p>{t(`people.${act}.about`)}</p>
        <ErrorNote error={change.error} />
      </div>
      <div className="dialog-actions">
        <Button data-first onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          look={act === 'disable' ? 'danger' : 'primary'}
          isBusy={change.isBusy}
          onClick={() => void go()}
        >
          {t(`people.${act}.go`)}
        </Button>
      </div>
    </Dialog>
  );
}

function ResetDialog({ person, onDone, onClose }: Omit<MemberDialogProps, 'act'>) {
  const { t, format } = useTexts();
  const reset = useCall('people.reset-authenticator');
  const [made, setMade] = useState<BridgeOutput<'people.reset-authenticator'> | null>(null);
  const named = { name: person.user };
  const go = async (code: string) => {
    const result = await reset.run({ id: person.id, code });
    if (!result.ok) return false;
    setMade(result.value);
    onDone();
    return true;
  };
  if (made) {
    const until = format.dateTime(made.until);
    return (
      <HandOver
        title={t('people.reset.made', named)}
        about={t('people.reset.hand-over', { ...named, until })}
        label={t('reset.code')}
        code={made.reset_code}
        onClose={onClose}
      />
    );
  }
  return (
    <CodeDialog
      title={t('people.reset.title', named)}
      action={t('people.reset.go')}
      error={reset.error}
      isBusy={reset.isBusy}
      onCode={go}
      onClose={onClose}
    >
      <p>{t('people.reset.about')}</p>
    </CodeDialog>
  );
}
