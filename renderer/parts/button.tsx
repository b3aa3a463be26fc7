import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look;
  readonly icon?: LucideIcon;
  readonly isBusy?: boolean;
  readonly isSmall?: boolean;
  /** Takes the focus when its dialog opens. */
  readonly 'data-first'?: boolean;
}

/** A button with a text. While it is busy it stays where it is and takes no second click. */
export function Button({
  look = 'secondary',
  icon: Icon,
  isBusy,
  isSmall,
  children,
  className,
  ...rest
}: ButtonProps) {
  const classes = ['button', `button-${look}`, isSmall ? 'button-small' : '', className ?? ''].join(' ');
  return (
    <button
      type="button"
      {...rest}
      className={classes}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : rest.onClick}
    >
      {isBusy ? <span className="spinner" aria-hidden="true" /> : Icon && <Icon aria-hidden="true" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  readonly icon: LucideIcon;
  /** What it does: its name for screen readers, and its tooltip. */
  readonly label: string;
}

/** A button that is only a picture. */
export function IconButton({ icon: Icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`icon-button ${className ?? ''}`}
      aria-label={label}
      title={label}
    >
      <Icon aria-hidden="true" />
    </button>
  );
}

interface LinkButtonProps extends ComponentProps<'button'> {
  /** Something is under way that it would lead away from: it takes no click. */
  readonly isHeld?: boolean;
}

/** A button that reads like a link. */
export function LinkButton({ className, isHeld, onClick, ...rest }: LinkButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`link-button ${className ?? ''}`}
      aria-disabled={isHeld || undefined}
      onClick={isHeld ? undefined : onClick}
    />
  );
}
