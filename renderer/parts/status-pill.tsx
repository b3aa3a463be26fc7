import { Popover } from 'radix-ui';
import type { ServerState } from '../../shared/bridge/state.ts';
import { type Texts, useTexts } from '../messages/use-texts.ts';
import { placeName, useAppStore, worseState } from '../stores/app-store.ts';
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

/** Where the servers are; while one is away, which. */
function subjectOf(servers: { kms: ServerState; cloud: ServerState }, { t }: Texts): string {
  const isAway = { kms: servers.kms.state === 'away', cloud: servers.cloud.state === 'away' };
  if (isAway.kms && isAway.cloud) return t('status.which.both');
  if (isAway.kms) return t('status.which.kms');
  if (isAway.cloud) return t('status.which.cloud');
  return placeName(servers) ?? t('status.here');
}

/** Where the servers run and whether they answer, in one line; a click explains. */
export function StatusPill() {
  const texts = useTexts();
  const { t } = texts;
  const servers = useAppStore((app) => app.state?.servers);
  if (!servers) return null;
  const state = worseState(servers);
  return (
    <Popover.Root>
      <Popover.Trigger className={`pill pill-${state}`}>
        <span className="dot" aria-hidden="true" />
        <span className="visually-hidden">{t('status.title')}: </span>
        <span className="pill-where truncate">{subjectOf(servers, texts)}</span>{' '}
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
