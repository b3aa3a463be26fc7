import { useEffect, useState } from 'react';
import type { AppState } from '../../../shared/bridge/state.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { TextField } from '../../parts/field.tsx';
import { LanguageSelect } from '../../parts/language-select.tsx';
import { Section } from '../../parts/section.tsx';
import { ServersAnswer } from '../../parts/servers-answer.tsx';
import { ServerLine } from '../../parts/status-pill.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useAppStore } from '../../stores/app-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { AccountSettings } from './account-settings.tsx';
import { LoginsSection } from './logins-section.tsx';

const THEMES = ['system', 'light', 'dark'] as const;

function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const leave = useCall('place.leave');
  const go = async () => {
    const view = useViewStore.getState();
    view.leave();
    const result = await leave.run({});
    if (!result.ok) view.stay();
  };
  return (
    <Dialog title={t('settings.leave.title')} onClose={onClose}>
      <div className="dialog-body">
        <p>{t('settings.leave.about')}</p>
        <ErrorNote error={leave.error} />
      </div>
      <div className="dialog-actions">
        <Button data-first onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button look="primary" isBusy={leave.isBusy} onClick={() => void go()}>
          {t('settings.leave.go')}
        </Button>
      </div>
    </Dialog>
  );
}

function Servers({ state }: { state: AppState }) {
  const { t } = useTexts();
  const [isLeaving, setLeaving] = useState(false);
  const [works, setWorks] = useState(false);
  const test = useCall('servers.test');
  const { servers } = state;
  if (!servers) return null;
  const tryOut = async () => {
    setWorks(false);
    const result = await test.run({ kms: servers.kms.address ?? '', cloud: servers.cloud.address ?? '' });
    setWorks(result.ok);
  };
  return (
    <Section title={t('settings.servers')}>
      <p>{t(state.place === 'team' ? 'settings.servers.team' : 'settings.servers.here')}</p>
      {state.root_key && <p>{t(`settings.root-key.${state.root_key}`)}</p>}
      <dl className="servers">
        <ServerLine name={t('status.kms')} server={servers.kms} />
        <ServerLine name={t('status.cloud')} server={servers.cloud} />
      </dl>
      <ServersAnswer isSo={works} />
      <ErrorNote error={test.error} />
      <div className="setting-actions">
        {/* Servers inside the app have no address to try; their state stands above. */}
        {state.place === 'team' && (
          <Button isBusy={test.isBusy} onClick={() => void tryOut()}>
            {t('settings.test')}
          </Button>
        )}
        <Button onClick={() => setLeaving(true)}>{t('settings.servers.leave')}</Button>
      </div>
      {isLeaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </Section>
  );
}

function OutputFolder({ state }: { state: AppState }) {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const kept = state.settings.output_folder;
  const [folder, setFolder] = useState(kept);
  useEffect(() => setFolder(kept), [kept]);
  const change = useCall('settings.change');
  const choose = useCall('settings.choose-folder');
  const keep = async (output_folder: string) => {
    const result = await change.run({ output_folder });
    if (result.ok) toast(t('settings.output.kept'));
  };
  const ask = async () => {
    const result = await choose.run({});
    if (result.ok && result.value.folder !== null) toast(t('settings.output.kept'));
  };
  return (
    <Section title={t('settings.output')}>
      <p>{t(`settings.output.about.${state.shell}`)}</p>
      {state.can.choose_folder ? (
        <div className="folder">
          <code>{kept}</code>
          <Button isBusy={choose.isBusy} onClick={() => void ask()}>
            {t('settings.output.choose')}
          </Button>
        </div>
      ) : (
        <form
          className="folder"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (folder.trim() !== '') void keep(folder.trim());
          }}
        >
          <TextField
            label={t('settings.output.folder')}
            value={folder}
            onChange={(event) => setFolder(event.target.value)}
          />
          <Button type="submit" isBusy={change.isBusy} disabled={folder.trim() === '' || folder === kept}>
            {t('settings.output.keep')}
          </Button>
        </form>
      )}
      <ErrorNote error={change.error ?? choose.error} />
    </Section>
  );
}

function Appearance({ state }: { state: AppState }) {
  const { t } = useTexts();
  const change = useCall('settings.change');
  return (
    <Section title={t('settings.appearance')}>
      <LanguageSelect />
      <fieldset className="choices">
        <legend>{t('settings.theme')}</legend>
        {THEMES.map((theme) => (
          <label key={theme}>
            <input
              type="radio"
              name="theme"
              checked={state.settings.theme === theme}
              onChange={() => void change.run({ theme })}
            />
            {t(`settings.${theme}`)}
          </label>
        ))}
      </fieldset>
      <ErrorNote error={change.error} />
    </Section>
  );
}

/** Servers, the person's account and logins, where outputs go, language, theme, about. */
export function SettingsPanel() {
  const { t } = useTexts();
  const state = useAppStore((app) => app.state);
  if (!state) return null;
  return (
    <div className="panel settings">
      <Servers state={state} />
      {state.user !== null && <AccountSettings user={state.user} />}
      <LoginsSection />
      <OutputFolder state={state} />
      <Appearance state={state} />
      <Section title={t('settings.about')}>
        <p>
          {t('settings.version', { version: state.version })} · {t(`settings.shell.${state.shell}`)}
        </p>
        <p className="quiet">{t('settings.promise')}</p>
      </Section>
    </div>
  );
}
