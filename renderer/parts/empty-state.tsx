import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly about?: string;
  /** What to do about it. */
  readonly children?: ReactNode;
}

/** A place with nothing in it, and what would put something there. */
export function EmptyState({ icon: Icon, title, about, children }: EmptyStateProps) {
  return (
    <div className="empty">
      <Icon aria-hidden="true" />
      <h2>{title}</h2>
      {about && <p>{about}</p>}
      {children}
    </div>
  );
}
