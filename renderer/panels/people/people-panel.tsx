import { useState } from 'react';
import { useTexts } from '../../messages/use-texts.ts';
import { LoadedPart } from '../../parts/loaded-part.tsx';
import { useLoaded } from '../../parts/use-loaded.ts';
import { Invitations } from './invitations.tsx';
import { Members } from './members.tsx';
import { Waiting } from './waiting.tsx';

/** Who is here, for administrators: who waits, who may what, who is invited. */
export function PeoplePanel() {
  const { t } = useTexts();
  const [request] = useState({});
  const people = useLoaded('people.list', request);
  const reload = () => void people.reload();
  return (
    <div className="panel people">
      <LoadedPart loaded={people} label={t('cloud.loading')}>
        {(all) => (
          <>
            <Waiting people={all.filter(({ state }) => state === 'pending')} onChanged={reload} />
            <Members
              people={all.filter(({ state }) => state === 'active' || state === 'disabled')}
              onChanged={reload}
            />
          </>
        )}
      </LoadedPart>
      <Invitations />
    </div>
  );
}
