import { MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import type { Login } from '../../../shared/api/kms/identity.ts';
import { printable } from '../../../shared/names/printable.ts';
import { useTexts } from '../../messages/use-texts.ts';
import { Button } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Facts } from '../../parts/facts.tsx';
import { LoadedPart } from '../../parts/loaded-part.tsx';
import { Section } from '../../parts/section.tsx';
import { useCall } from '../../parts/use-call.ts';
import { useLoaded } from '../../parts/use-loaded.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** Where the person is logged in, and the end of that. */
export function LoginsSection() {
  const { t } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const [request] = useState({});
  const logins = useLoaded('logins.list', request);
  const endOthers = useCall('logins.end-others');
  const go = async () => {
    const result = await endOthers.run({});
    if (!result.ok) return;
    toast(t('logins.ended.others'));
    void logins.reload();
  };
  return (
    <Section title={t('logins.title')}>
      <p>{t('logins.about')}</p>
      <LoadedPart loaded={logins} label={t('cloud.loading')}>
        {(value) => (
          <>
            <ul className="logins">
              {[...value]
                .sort((a, b) => Number(b.current) - Number(a.current))
                .map((login) => (
                  <LoginRow key={login.id} login={login} onEnded={() => void logins.reload()} />
                ))}
            </ul>
            {value.length > 1 && (
              <div className="setting-actions">
                <Button isBusy={endOthers.isBusy} onClick={() => void go()}>
                  {t('logins.end.others')}
                </Button>
              </div>
            )}
          </>
        )}
      </LoadedPart>
      <ErrorNote error={endOthers.error} />
    </Section>
  );
}

function LoginRow({ login, onEnded }: { login: Login; onEnded: () => void }) {
  const { t, format } = useTexts();
  const toast = useViewStore((view) => view.toast);
  const end = useCall('logins.end');
  const device = printable(login.device_name ?? t('logins.unnamed'));
  const go = async () => {
    const result = await end.run({ id: login.id });
    if (!result.ok) return;
    toast(t('logins.ended', { device }));
    onEnded();
  };
  return (
    <li>
      <div className="login-row">
        <MonitorSmartphone aria-hidden="true" />
        <div>
          <strong className="truncate">{device}</strong>
          <Facts
            of={[
              login.current
                ? t('logins.current')
                : t('logins.used', { date: format.dateTime(login.last_used_at) }),
              t('logins.since', { date: format.day(login.created_at) }),
            ]}
          />
        </div>
        {!login.current && (
          <Button
            isSmall
            isBusy={end.isBusy}
            aria-label={t('logins.end.name', { device })}
            onClick={() => void go()}
          >
            {t('logins.end')}
          </Button>
        )}
      </div>
      <ErrorNote error={end.error} />
    </li>
  );
}
