import {
  CircleUser,
  Cloud,
  Files as FilesIcon,
  KeyRound,
  LogOut,
  Settings as SettingsIcon,
  Users,
} from 'lucide-react';
import { useEffect } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { Logo } from '../parts/logo.tsx';
import { LostNote } from '../parts/lost-note.tsx';
import { Menu } from '../parts/menu.tsx';
import { StatusPill } from '../parts/status-pill.tsx';
import { selectAtWorkCount, useJobsStore } from '../stores/jobs-store.ts';
import { logOut } from '../stores/log-out.ts';
import { PANELS, type Panel, useViewStore } from '../stores/view-store.ts';
import { CloudPanel } from './cloud.tsx';
import { FilesPanel } from './files.tsx';
import { KeysPanel } from './keys/keys-panel.tsx';
import { SettingsPanel } from './settings.tsx';
import { SharedWithMePanel } from './shared-with-me.tsx';

const ICONS = {
  files: FilesIcon,
  cloud: Cloud,
  shared: Users,
  keys: KeyRound,
  settings: SettingsIcon,
} as const;
const VIEWS = {
  files: FilesPanel,
  cloud: CloudPanel,
  shared: SharedWithMePanel,
  keys: KeysPanel,
  settings: SettingsPanel,
} as const;

function RailEntry({ panel }: { panel: Panel }) {
  const { t } = useTexts();
  const isShown = useViewStore((view) => view.panel === panel);
  const show = useViewStore((view) => view.show);
  const active = useJobsStore(selectAtWorkCount);
  const Icon = ICONS[panel];
  const hasBadge = panel === 'files' && active > 0;
  return (
    <li>
      <button
        type="button"
        className="rail-entry"
        aria-current={isShown ? 'page' : undefined}
        aria-describedby={hasBadge ? 'running-jobs' : undefined}
        onClick={() => show(panel)}
      >
        <Icon aria-hidden="true" />
        {/* Narrow windows have no room for the long name; its own name stays the long one. */}
        <span className="rail-text">{t(`nav.${panel}`)}</span>
        {panel === 'shared' && (
          <span className="rail-short" aria-hidden="true">
            {t('nav.shared.short')}
          </span>
        )}
        {hasBadge && (
          <span className="badge" aria-hidden="true">
            {active > 99 ? '99+' : active}
          </span>
        )}
      </button>
      {hasBadge && (
        <span id="running-jobs" hidden>
          {t('nav.running', { n: active })}
        </span>
      )}
    </li>
  );
}

function AccountMenu({ user }: { user: string }) {
  const { t } = useTexts();
  return (
    <Menu
      side="top"
      trigger={
        <button type="button" className="rail-entry rail-account" aria-label={t('account.menu', { user })}>
          <CircleUser aria-hidden="true" />
          <span className="rail-user truncate">{user}</span>
        </button>
      }
      items={[
        {
          label: t('account.logout'),
          icon: LogOut,
          onSelect: () => void logOut(),
        },
      ]}
    />
  );
}

/** The rail, one panel, and the state of the servers. */
export function MainWindow({ user }: { user: string }) {
  const { t } = useTexts();
  const panel = useViewStore((view) => view.panel);
  const leavingError = useViewStore((view) => view.leavingError);
  const title = t(`nav.${panel}`);
  const View = VIEWS[panel];
  useEffect(() => {
    document.title = `${title} · Sealkeep`;
  }, [title]);
  return (
    <div className="window">
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <nav className="rail" aria-label={t('nav.label')}>
        <div className="rail-brand">
          <Logo size={28} />
          <span className="wordmark">Sealkeep</span>
        </div>
        <ul>
          {PANELS.map((entry) => (
            <RailEntry key={entry} panel={entry} />
          ))}
        </ul>
        <AccountMenu user={user} />
      </nav>
      <main id="content" className="main" tabIndex={-1}>
        <header className="topbar">
          <h1>{title}</h1>
          <StatusPill />
        </header>
        <LostNote />
        <ErrorNote error={leavingError} />
        <View key={panel} />
      </main>
    </div>
  );
}
