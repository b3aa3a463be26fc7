import type { Language } from '../../shared/bridge/state.ts';
import { useTexts } from '../messages/use-texts.ts';
import { useAppStore } from '../stores/app-store.ts';
import { SelectField } from './field.tsx';
import { useCall } from './use-call.ts';

const LANGUAGES: readonly Language[] = ['en', 'zh-Hant'];
const isLanguage = (value: string): value is Language => LANGUAGES.some((language) => language === value);

/** The language of the window; it takes effect at once. */
export function LanguageSelect() {
  const { t } = useTexts();
  const chosen = useAppStore((app) => app.state?.settings.language ?? null);
  const change = useCall('settings.change');
  return (
    <SelectField
      label={t('settings.language')}
      value={chosen ?? ''}
      onChange={(event) => {
        const { value } = event.target;
        void change.run({ language: isLanguage(value) ? value : null });
      }}
      options={[
        { value: '', label: t('settings.system') },
        ...LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) })),
      ]}
    />
  );
}
