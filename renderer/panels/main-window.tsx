import { Suspense, useEffect } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { LostNote } from '../parts/lost-note.tsx';
import { StatusPill } from '../parts/status-pill.tsx';
import { useAppStore } from '../stores/app-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { FilesPanel } from './files.tsx';
import {
  ActivityPanel,
  CloudPanel,
  KeysPanel,
  loadPanels,
  PeoplePanel,
  SettingsPanel,
  SharedWithMePanel,
} from './lazy-panels.tsx';
import { Notices } from './notices.tsx';
import { Rail } from './rail.tsx';

const VIEWS = {
  files: FilesPanel,
  cloud: CloudPanel,
  shared: SharedWithMePanel,
  keys: KeysPanel,
  activity: ActivityPanel,
  people: PeoplePanel,
  settings: SettingsPanel,
} as const;

/** The rail, one panel, and the state of the servers. */
export function MainWindow({ user }: { user: string }) {
  const { t } = useTexts();
  const chosen = useViewStore((view) => view.panel);
  const role = useAppStore((app) => app.state?.role);
  // Who was administrator has it open no longer.
  const panel = chosen === 'people' && role !== 'administrator' ? 'files' : chosen;
  const leavingError = useViewStore((view) => view.leavingError);
  const title = t(`nav.${panel}`);
  const View = VIEWS[panel];
  useEffect(() => {
    document.title = `${title} · Sealkeep`;
  }, [title]);
  // What can't be fetched now is asked for again with its panel, and fails there.
  useEffect(() => void loadPanels().catch(reportError), []);
  return (
    <div className="window">
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <Rail user={user} />
      <main id="content" className="main" tabIndex={-1}>
        <header className="topbar">
          <h1>{title}</h1>
          <StatusPill />
        </header>
        <LostNote />
        <ErrorNote error={leavingError} />
        <Notices />
        <Suspense fallback={<div className="panel" aria-busy="true" />}>
          <View key={panel} />
        </Suspense>
      </main>
    </div>
  );
}
