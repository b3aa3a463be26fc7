import { Ellipsis, KeyRound, type LucideIcon, ShieldCheck, ShieldOff, Undo2, UserRoundX } from 'lucide-react';
import { useState } from 'react';
import type { UserReply } from '../../../shared/api/kms/administration.ts';
import { printable } from '../../../shared/names/printable.ts';
import { type Texts, useTexts } from '../../messages/use-texts.ts';
import { IconButton } from '../../parts/button.tsx';
import { Menu } from '../../parts/menu.tsx';
import { useAppStore } from '../../stores/app-store.ts';
import type { MemberAct } from './member-act.ts';
import { MemberDialog } from './member-dialog.tsx';

const ICONS: Readonly<Record<MemberAct, LucideIcon>> = {
  administrator: ShieldCheck,
  member: ShieldOff,
  reset: KeyRound,
  disable: UserRoundX,
  enable: Undo2,
};

const COLUMNS = [
  ['name', 'account.name'],
  ['role', 'people.role'],
  ['state', 'people.state'],
  ['size', 'people.logins'],
  ['changed', 'people.seen'],
] as const;

function actsFor({ state, role }: UserReply): readonly MemberAct[] {
  if (state === 'disabled') return ['enable'];
  return [role === 'member' ? 'administrator' : 'member', 'reset', 'disable'];
}

function lastSeen({ last_seen_at }: UserReply, { t, format }: Texts): string {
  return last_seen_at === undefined ? t('people.never') : format.dateTime(last_seen_at);
}

interface MembersProps {
  readonly people: readonly UserReply[];
  readonly onChanged: () => void;
}

/** Everybody who is in, and what an administrator may do about them. */
export function Members({ people, onChanged }: MembersProps) {
  const texts = useTexts();
  const { t, format } = texts;
  const me = useAppStore((app) => app.state?.user);
  const [asked, setAsked] = useState<{ act: MemberAct; person: UserReply } | null>(null);
  return (
    <section className="people-part" aria-label={t('people.members')}>
      <h2>{t('people.members')}</h2>
      <table className="files" aria-label={t('people.members')}>
        <thead>
          <tr>
            {COLUMNS.map(([cell, head]) => (
              <th key={cell} scope="col" className={`cell-${cell}`}>
                {t(head)}
              </th>
            ))}
            <th scope="col" className="cell-actions">
              <span className="visually-hidden">{t('column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => {
            const { id, user, role, state, logins } = person;
            const name = printable(user);
            return (
              <tr key={id} data-state={state}>
                <th scope="row" className="cell-name">
                  <span className="truncate" title={name}>
                    {user === me ? t('people.you', { name }) : name}
                  </span>
                  <span className="cell-second truncate">
                    {[t(`people.role.${role}`), t(`people.state.${state}`)].join(' · ')}
                    {person.last_seen_at !== undefined && (
                      <span className="only-narrow"> · {format.date(person.last_seen_at)}</span>
                    )}
                  </span>
                </th>
                <td className="cell-role">{t(`people.role.${role}`)}</td>
                <td className="cell-state">{t(`people.state.${state}`)}</td>
                <td className="cell-size">{format.number(logins)}</td>
                <td className="cell-changed">{lastSeen(person, texts)}</td>
                <td className="cell-actions">
                  <Menu
                    trigger={<IconButton icon={Ellipsis} label={t('row.actions', { name })} />}
                    items={actsFor(person).map((act) => ({
                      label: t(`people.${act}`),
                      icon: ICONS[act],
                      isDangerous: act === 'disable',
                      onSelect: () => setAsked({ act, person }),
                    }))}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {asked && <MemberDialog {...asked} onDone={onChanged} onClose={() => setAsked(null)} />}
    </section>
  );
}
