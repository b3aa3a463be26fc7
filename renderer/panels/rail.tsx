import {
  CircleUser,
  Cloud,
  Files as FilesIcon,
  KeyRound,
  LogOut,
  ScrollText,
  Settings as SettingsIcon,
  Users,
  UsersRound,
} from 'lucide-react';
import { useTexts } from '../messages/use-texts.ts';
import { Logo } from '../parts/logo.tsx';
import { Menu } from '../parts/menu.tsx';
import { useAppStore } from '../stores/app-store.ts';
import { selectAtWorkCount, useJobsStore } from '../stores/jobs-store.ts';
import { logOut } from '../stores/log-out.ts';
import { PANELS, type Panel, useViewStore } from '../stores/view-store.ts';
import { useIsNarrow } from './use-is-narrow.ts';

const ICONS = {
  files: FilesIcon,
  cloud: Cloud,
  shared: Users,
  keys: KeyRound,
  activity: ScrollText,
  people: UsersRound,
  settings: SettingsIcon,
} as const;
/** What a narrow window has room for beside the account, whose menu has the rest. */
const NARROW = 4;

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

function AccountMenu({ user, panels }: { user: string; panels: readonly Panel[] }) {
  const { t } = useTexts();
  const show = useViewStore((view) => view.show);
  const isWithin = useViewStore((view) => panels.includes(view.panel));
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          className="rail-entry rail-account"
          aria-label={t('account.menu', { user })}
          aria-current={isWithin ? 'page' : undefined}
        >
          <CircleUser aria-hidden="true" />
          <span className="rail-user truncate">{user}</span>
        </button>
      }
      items={[
        ...panels.map((panel) => ({
          label: t(`nav.${panel}`),
          icon: ICONS[panel],
          onSelect: () => show(panel),
        })),
        {
          label: t('account.logout'),
          icon: LogOut,
          onSelect: () => void logOut(),
        },
      ]}
    />
  );
}

/** The panels that this person has, and at its foot the account. */
export function Rail({ user }: { user: string }) {
  const { t } = useTexts();
  const role = useAppStore((app) => app.state?.role);
  const isNarrow = useIsNarrow();
  const panels = PANELS.filter((panel) => panel !== 'people' || role === 'administrator');
  const shown = isNarrow ? panels.slice(0, NARROW) : panels;
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <div className="rail-brand">
        <Logo size={28} />
        <span className="wordmark">Sealkeep</span>
      </div>
      <ul>
        {shown.map((entry) => (
          <RailEntry key={entry} panel={entry} />
        ))}
      </ul>
      <AccountMenu user={user} panels={isNarrow ? panels.slice(NARROW) : []} />
    </nav>
  );
}
