import { useState } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { ServersAnswer } from '../parts/servers-answer.tsx';
import { useCall } from '../parts/use-call.ts';
import { useViewStore } from '../stores/view-store.ts';
import { EntryFrame } from './entry-frame.tsx';

/** A team's servers: two addresses, and a test before they are kept. */
export function JoinTeam() {
  const { t } = useTexts();
  const enter = useViewStore((view) => view.enter);
  const [kms, setKms] = useState('');
  const [cloud, setCloud] = useState('');
  const [works, setWorks] = useState(false);
  const test = useCall('servers.test');
  const join = useCall('place.team');
  const addresses = { kms: kms.trim(), cloud: cloud.trim() };
  const isReady = addresses.kms !== '' && addresses.cloud !== '';
  const forget = () => {
    setWorks(false);
    test.forget();
    join.forget();
  };
  const tryOut = async () => {
    forget();
    const result = await test.run(addresses);
    setWorks(result.ok);
  };
  const go = async () => {
    forget();
    const result = await join.run(addresses);
    if (result.ok) enter({ step: 'start' });
  };
  return (
    <EntryFrame title={t('join.title')} about={t('join.about')} onBack={() => enter({ step: 'start' })}>
      <Form
        error={test.error ?? join.error}
        onSubmit={() => {
          if (isReady) void go();
        }}
        actions={
          <>
            <Button isBusy={test.isBusy} disabled={!isReady} onClick={() => void tryOut()}>
              {t(test.isBusy ? 'join.testing' : 'join.test')}
            </Button>
            <Button look="primary" type="submit" isBusy={join.isBusy} disabled={!isReady}>
              {t('join.go')}
            </Button>
          </>
        }
      >
        <TextField
          data-first
          label={t('join.kms')}
          inputMode="url"
          placeholder="https://kms.example.com"
          value={kms}
          onChange={(event) => {
            forget();
            setKms(event.target.value);
          }}
        />
        <TextField
          label={t('join.cloud')}
          inputMode="url"
          placeholder="https://cloud.example.com"
          value={cloud}
          onChange={(event) => {
            forget();
            setCloud(event.target.value);
          }}
        />
        <ServersAnswer isSo={works} />
      </Form>
    </EntryFrame>
  );
}
