import { useTexts } from './messages/use-texts.ts';
import { MainWindow } from './panels/main-window.tsx';
import { ErrorNote, Note } from './parts/error-note.tsx';
import { Logo } from './parts/logo.tsx';
import { Toasts } from './parts/toasts.tsx';
import { Account } from './screens/account.tsx';
import { Approval } from './screens/approval.tsx';
import { Authenticator } from './screens/authenticator.tsx';
import { JoinTeam } from './screens/join-team.tsx';
import { Login } from './screens/login.tsx';
import { Recovery } from './screens/recovery.tsx';
import { Reset } from './screens/reset.tsx';
import { Welcome } from './screens/welcome.tsx';
import { useAppStore } from './stores/app-store.ts';
import { loadState } from './stores/subscriptions.ts';
import { useViewStore } from './stores/view-store.ts';

/** Before the agent said anything. */
function Starting() {
  const { t } = useTexts();
  const error = useAppStore((app) => app.error);
  return (
    <main className="starting">
      <Logo size={48} />
      <h1>Sealkeep</h1>
      {!error && <p role="status">{t('app.loading')}</p>}
      {error?.code === 'LAUNCH_SECRET_REFUSED' ? (
        <Note look="warn">
          <p>{t('app.not-let-in')}</p>
        </Note>
      ) : (
        <ErrorNote error={error} onRetry={() => void loadState()} />
      )}
    </main>
  );
}

/** The screen that fits the agent's state and the person's step. */
function Screen() {
  const state = useAppStore((app) => app.state);
  const entry = useViewStore((view) => view.entry);
  if (!state) return <Starting />;
  if (state.place === null) return entry.step === 'join' ? <JoinTeam /> : <Welcome />;
  if (entry.step === 'authenticator') return <Authenticator {...entry} />;
  if (entry.step === 'recovery') return <Recovery {...entry} />;
  if (state.user !== null) return <MainWindow user={state.user} />;
  if (entry.step === 'reset') return <Reset />;
  if (entry.step === 'approval') return <Approval user={entry.user} />;
  const isNew = entry.step === 'account' || (entry.step !== 'login' && state.last_user === null);
  return isNew ? <Account /> : <Login />;
}

export function App() {
  return (
    <>
      <Screen />
      <Toasts />
    </>
  );
}
