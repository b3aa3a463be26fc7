import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useTexts } from '../messages/use-texts.ts';
import { useViewStore } from '../stores/view-store.ts';
import { IconButton } from './button.tsx';

const SHOWN_MS = 6000;

function Toast({ id, text }: { id: number; text: string }) {
  const { t } = useTexts();
  const dismiss = useViewStore((view) => view.dismiss);
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, dismiss]);
  return (
    <div className="toast">
      <span>{text}</span>
      <IconButton icon={X} label={t('action.dismiss')} onClick={() => dismiss(id)} />
    </div>
  );
}

/** Short news of what a person did, and the region in which screen readers hear of jobs. */
export function Toasts() {
  const toasts = useViewStore((view) => view.toasts);
  const announcement = useViewStore((view) => view.announcement);
  return (
    <>
      <div className="toasts" role="status">
        {toasts.map((toast) => (
          <Toast key={toast.id} {...toast} />
        ))}
      </div>
      <div className="visually-hidden" role="status" data-testid="announcements">
        {announcement}
      </div>
    </>
  );
}
