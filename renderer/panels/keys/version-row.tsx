import {
  Archive,
  Ban,
  CircleCheck,
  Ellipsis,
  Eye,
  Flame,
  type LucideIcon,
  Trash2,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import type { KeyVersionReply } from '../../../shared/api/kms/keys.ts';
import { type Texts, useTexts } from '../../messages/use-texts.ts';
import { IconButton } from '../../parts/button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Menu } from '../../parts/menu.tsx';
import { VERSION_ACTS, type VersionAct } from './version-act.ts';
import { VersionDialog } from './version-dialog.tsx';

type Status = KeyVersionReply['status'];
const ACT_ICONS = { disable: Ban, enable: Undo2, destroy: Trash2, keep: Undo2 } as const;
const STATUS_ICONS: Readonly<Record<Status, LucideIcon>> = {
  active: CircleCheck,
  readable: Eye,
  retired: Archive,
  disabled: Ban,
  destruction_scheduled: Flame,
  destroyed: Trash2,
};

function statusText({ status, expiresAt }: KeyVersionReply, { t, format }: Texts): string {
  if (status === 'readable' && expiresAt !== undefined)
    return t('keys.status.readable', { date: format.day(expiresAt) });
  if (status === 'destruction_scheduled')
    return t('keys.status.destruction_scheduled', { date: format.day(expiresAt ?? '') });
  return t(status === 'readable' ? 'keys.status.readable.only' : `keys.status.${status}`);
}

interface VersionRowProps {
  readonly keyId: string;
  readonly version: KeyVersionReply;
  readonly onChanged: () => void;
}

/** One version on the line: what it is, since when, and how many wrapped keys hang on it. */
export function VersionRow({ keyId, version, onChanged }: VersionRowProps) {
  const texts = useTexts();
  const { t, format } = texts;
  const [act, setAct] = useState<VersionAct | null>(null);
  const { status, needed } = version;
  const Icon = STATUS_ICONS[status];
  const name = { version: format.number(version.version) };
  const acts = VERSION_ACTS[status];
  return (
    <li className="version" data-status={status} data-testid="version">
      <span className="version-mark">
        <Icon aria-hidden="true" />
      </span>
      <div className="version-body">
        <div className="version-head">
          <strong>{t('keys.version', name)}</strong>
          <span className="version-status">{statusText(version, texts)}</span>
        </div>
        <Facts
          of={[
            t('keys.made', { date: format.dateTime(version.createdAt) }),
            t(needed === 0 ? 'keys.needed.none' : 'keys.needed', { n: needed }),
          ]}
        />
        <p className="quiet">{t(`keys.status.${status}.about`)}</p>
      </div>
      {acts.length > 0 && (
        <Menu
          trigger={<IconButton icon={Ellipsis} label={t('keys.actions', name)} />}
          items={acts.map((one) => ({
            label: t(`keys.${one}`),
            icon: ACT_ICONS[one],
            isDangerous: one === 'disable' || one === 'destroy',
            onSelect: () => setAct(one),
          }))}
        />
      )}
      {act && (
        <VersionDialog
          act={act}
          keyId={keyId}
          version={version}
          onDone={onChanged}
          onClose={() => setAct(null)}
        />
      )}
    </li>
  );
}
