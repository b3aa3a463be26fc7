import { Popover } from 'radix-ui';
import type { ServerState } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { placeName, selectAway, useAppStore, worseState } from '../stores/app-store.ts';
import { ErrorDetails } from './error-note.tsx';

const STATES = {
  answering: 'status.answering',
  starting: 'status.starting',
  away: 'status.away',
} as const;

/** One server: what it is, where, whether it answers, and why not. */
export function ServerLine({ name, server }: { name: string; server: ServerState }) {
  const { t, sentence } = useTexts();
  return (
    <div className="server">
      <dt>{name}</dt>
      <dd>
        <span className="server-where">{server.address ?? t('status.here')}</span>
        <span className={`server-state server-${server.state}`}>
          <span className="dot" aria-hidden="true" />
          {t(STATES[server.state])}
        </span>
        {server.error && (
          <div className="server-error">
            <p>{sentence(server.error)}</p>
            <ErrorDetails error={server.error} />
          </div>
        )}
      </dd>
    </div>
  );
}

/** Of the servers nothing is known while Sealkeep itself does not answer. */
function LostPill() {
  const { t } = useTexts();
  return (
    <span className="pill pill-away">
      <span className="dot" aria-hidden="true" />
      <span className="pill-where truncate">Sealkeep</span>{' '}
      <span className="pill-state">{t('status.away')}</span>
    </span>
  );
}

/** Where the servers run and whether they answer, or which of them does not, in one line; a click explains. */
export function StatusPill() {
  const { t } = useTexts();
  const away = useAppStore(selectAway);
  const servers = useAppStore((app) => app.state?.servers);
  const reach = useAppStore((app) => app.reach);
  if (!servers) return null;
  if (reach !== 'there') return <LostPill />;
  const state = worseState(servers);
  const subject = away ? t(`status.which.${away}`) : (placeName(servers) ?? t('status.here'));
  return (
    <Popover.Root>
      <Popover.Trigger className={`pill pill-${state}`}>
        <span className="dot" aria-hidden="true" />
        <span className="visually-hidden">{t('status.title')}: </span>
        <span className="pill-where truncate">{subject}</span>{' '}
        <span className="pill-state">{t(STATES[state])}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t('status.title')}
        >
          <dl className="servers">
            <ServerLine name={t('status.kms')} server={servers.kms} />
            <ServerLine name={t('status.cloud')} server={servers.cloud} />
          </dl>
          {state === 'away' && <p>{t('status.again')}</p>}
          <p className="quiet">{t('status.about')}</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
