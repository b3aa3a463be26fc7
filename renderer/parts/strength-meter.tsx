import { useTexts } from '../messages/use-texts.ts';
import { MIN_PASSWORD, passwordStrength } from './strength.ts';

const STEPS = [1, 2, 3, 4] as const;

/** How hard a password is to guess, in a bar, a word and a reason. */
export function StrengthMeter({ password, name }: { password: string; name: string }) {
  const { t, format } = useTexts();
  const { score, reason, missing } = passwordStrength(password, name);
  const word = t(`strength.${score}`);
  const why =
    reason === 'more'
      ? t('strength.more', { n: missing })
      : reason === 'start'
        ? t('strength.start', { min: format.number(MIN_PASSWORD) })
        : t(`strength.${reason}`);
  return (
    <div className="strength" data-score={password === '' ? 'none' : score}>
      <div className="strength-bar" role="img" aria-label={t('strength.label', { word })}>
        {STEPS.map((step) => (
          <span key={step} className={step <= score ? 'strength-step strength-step-on' : 'strength-step'} />
        ))}
      </div>
      <p aria-live="polite">
        {password !== '' && <strong>{t('strength.said', { word })}</strong>}
        {why}
      </p>
    </div>
  );
}
