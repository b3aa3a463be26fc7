interface ProgressBarProps {
  readonly label: string;
  readonly value: number;
  /** 0 where it is not known: then the bar says only that something is under way. */
  readonly total: number;
  readonly text?: string;
}

export function ProgressBar({ label, value, total, text }: ProgressBarProps) {
  const known = total > 0 ? { value: Math.min(value, total), max: total } : {};
  return <progress className="progress" aria-label={label} aria-valuetext={text} {...known} />;
}
