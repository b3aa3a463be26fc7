import { useCallback, useEffect, useId, useState } from 'react';
import type { CloudFile, Share } from '../../shared/api/cloud/files.ts';
import { printable } from '../../shared/names/printable.ts';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Facts } from '../parts/facts.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { useCall } from '../parts/use-call.ts';
import { UserNameField, userNameFrom } from '../parts/user-name-field.tsx';
import { knownPeople, useCloudStore } from '../stores/cloud-store.ts';
import { loadFiles } from '../stores/load-files.ts';
import { useViewStore } from '../stores/view-store.ts';
import { UNTIL_CHOICES, type UntilChoice, untilTime } from './until.ts';

function AddShare({ file, onAdded }: { file: CloudFile; onAdded: () => void }) {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const people = useCloudStore((store) => store.mine.files);
  const listId = useId();
  const [name, setName] = useState('');
  const [choice, setChoice] = useState<UntilChoice>('none');
  const [date, setDate] = useState('');
  const [isTried, setTried] = useState(false);
  const add = useCall('shares.add');
  const user = userNameFrom(name);
  const until = untilTime(choice, date, Date.now());
  const go = async () => {
    setTried(true);
    if (user === null || until === undefined || add.isBusy) return;
    const result = await add.run({ name: file.name, with: user, role: 'reader', until });
    if (!result.ok) return;
    toast(t('share.done', { name: user }));
    setName('');
    setTried(false);
    onAdded();
  };
  return (
    <Form
      error={add.error}
      onSubmit={() => void go()}
      actions={
        <Button look="primary" type="submit" isBusy={add.isBusy}>
          {t('share.go')}
        </Button>
      }
    >
      <UserNameField
        data-first
        label={t('share.with')}
        hint={t('share.with.hint')}
        list={listId}
        autoComplete="off"
        value={name}
        onText={setName}
        isTried={isTried}
      />
      <datalist id={listId}>
        {knownPeople(people).map((person) => (
          <option key={person} value={person} />
        ))}
      </datalist>
      <SelectField
        label={t('share.until')}
        value={choice}
        onChange={(event) => setChoice(UNTIL_CHOICES.find((one) => one === event.target.value) ?? 'none')}
        options={UNTIL_CHOICES.map((value) => ({ value, label: t(`until.${value}`) }))}
      />
      {choice === 'date' && (
        <TextField
          type="date"
          label={t('until.date.label')}
          problem={isTried && until === undefined ? t('until.date.wrong') : null}
          value={date}
          onChange={(event) => setDate(event.target.value)}
        />
      )}
    </Form>
  );
}

function Access({ share, onStopped }: { share: Share; onStopped: () => void }) {
  const { t, format } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const stop = useCall('shares.remove');
  const go = async () => {
    const result = await stop.run({ name: share.name, with: share.with });
    if (!result.ok) return;
    toast(t('share.stopped', { name: share.with }));
    onStopped();
  };
  const until = share.until ? [t('share.until.date', { date: format.dateTime(share.until) })] : [];
  return (
    <li>
      <div className="access">
        <div>
          <strong className="truncate">{printable(share.with)}</strong>
          <Facts of={[t(`role.${share.role}`), ...until]} />
        </div>
        <Button
          isSmall
          isBusy={stop.isBusy}
          aria-label={t('share.stop.name', { name: share.with })}
          onClick={() => void go()}
        >
          {t('share.stop')}
        </Button>
      </div>
      <ErrorNote error={stop.error} />
    </li>
  );
}

/** Who may open a file: who does now, one more, one less. */
export function ShareDialog({ file, onClose }: { file: CloudFile; onClose: () => void }) {
  const { t } = useTexts();
  const [shares, setShares] = useState<readonly Share[] | null>(null);
  const { run, error } = useCall('shares.list');
  const load = useCallback(async () => {
    const result = await run({ name: file.name });
    if (result.ok) setShares(result.value);
  }, [run, file.name]);
  useEffect(() => void load(), [load]);
  const changed = () => {
    void load();
    void loadFiles('mine');
  };
  return (
    <Dialog title={t('share.title', { name: file.name })} onClose={onClose}>
      <div className="dialog-body">
        <AddShare file={file} onAdded={changed} />
        <section aria-label={t('share.now')}>
          <h3>{t('share.now')}</h3>
          <ErrorNote error={error} onRetry={() => void load()} />
          {shares === null && !error && (
            <div className="skeleton" role="status" aria-label={t('cloud.loading')}>
              <span />
            </div>
          )}
          {shares?.length === 0 && <p className="quiet">{t('share.nobody')}</p>}
          <ul className="accesses">
            {shares?.map((share) => (
              <Access key={share.id} share={share} onStopped={changed} />
            ))}
          </ul>
          <p className="quiet">{t('share.stop.about')}</p>
        </section>
      </div>
    </Dialog>
  );
}
