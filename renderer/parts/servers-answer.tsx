import { CircleCheck } from 'lucide-react';
import { useTexts } from '../messages/use-texts.ts';

/** What a test of the servers says once both have answered; the empty line before is there for screen readers. */
export function ServersAnswer({ isSo }: { readonly isSo: boolean }) {
  const { t } = useTexts();
  return (
    <div role="status">
      {isSo && (
        <p className="works">
          <CircleCheck aria-hidden="true" />
          {t('join.works')}
        </p>
      )}
    </div>
  );
}
