import { Ban, Check } from 'lucide-react';
import type { ActivityEntry } from '../../../shared/bridge/activity-calls.ts';
import { isErrorCode } from '../../../shared/errors/codes.ts';
import { printable } from '../../../shared/names/printable.ts';
import { type Texts, useTexts } from '../../messages/use-texts.ts';
import { Facts } from '../../parts/facts.tsx';
import { useAppStore } from '../../stores/app-store.ts';
import { operationKey } from './operations.ts';

function whoText({ actor }: ActivityEntry, me: string | null | undefined, { t }: Texts): string {
  if (actor === '') return t('activity.unknown');
  if (actor === 'kms:') return t('activity.kms');
  return actor === me ? t('activity.you') : printable(actor);
}

const KEY_ID = '[A-Za-z0-9_-]{22}';
const VERSION = new RegExp(`^${KEY_ID}/(\\d+)$`);
const CARRIED = new RegExp(`^(\\d+) of ${KEY_ID}/(\\d+)$`);

/** Which file, or which version, or whom it was about. */
function aboutText({ file, resource_name, reason }: ActivityEntry, { t }: Texts): string {
  if (file !== null) return printable(file);
  if (resource_name !== null) return t('activity.file.unnamed');
  const [, version] = VERSION.exec(reason) ?? [];
  if (version !== undefined) return t('activity.version', { version });
  const [, count, from = ''] = CARRIED.exec(reason) ?? [];
  if (count !== undefined) return t('activity.carried', { n: Number(count), version: from });
  return new RegExp(`^${KEY_ID}$`).test(reason) ? '' : printable(reason);
}

function circumstances(entry: ActivityEntry, { t, format }: Texts): string[] {
  const facts = [
    format.dateTime(entry.at),
    entry.delegated_to === null ? '' : t('activity.for', { name: entry.delegated_to }),
    entry.address === '' ? '' : t('activity.address', { address: entry.address }),
    // The caller's own words: they may say what they like.
    entry.resource_name === null || entry.reason === '' ? '' : t('activity.said', { reason: entry.reason }),
    entry.count > 1 ? t('activity.times', { n: entry.count }) : '',
  ];
  return facts.filter((fact) => fact !== '');
}

/** Chinese stands beside Chinese without a space, and after its own colon. */
const gapAfter = (text: string) => (/[\u4e00-\u9fff：]$/.test(text) ? '' : ' ');

/** One entry of the audit log: who, what, which file, when, allowed or refused and why. */
export function ActivityRow({ entry }: { entry: ActivityEntry }) {
  const texts = useTexts();
  const { t, sentence } = texts;
  const me = useAppStore((app) => app.state?.user);
  const { decision, code, resource_name } = entry;
  const isRefused = decision === 'refused';
  const Icon = isRefused ? Ban : Check;
  const who = whoText(entry, me, texts);
  const about = aboutText(entry, texts);
  const operation = t(operationKey(entry.operation, isRefused));
  const what = about === '' ? operation : t('activity.what-about', { what: operation });
  const why = code !== null && isErrorCode(code) ? sentence({ code, details: {} }) : (code ?? '');
  return (
    <li className="activity-row" data-decision={decision} data-testid="activity">
      <span className="activity-mark">
        <Icon aria-hidden="true" />
        <span className="visually-hidden">{t(`activity.decision.${decision}`)}</span>
      </span>
      <div className="activity-body">
        <p>
          <strong>{who}</strong>
          {gapAfter(who)}
          {what}
          {about !== '' && (
            <>
              {gapAfter(what)}
              <span className="activity-about" title={resource_name ?? undefined}>
                {about}
              </span>
            </>
          )}
        </p>
        {isRefused && <p className="activity-why">{t('activity.refused.why', { why })}</p>}
        <Facts of={circumstances(entry, texts)} />
      </div>
    </li>
  );
}
