interface FactsProps {
  readonly of: readonly string[];
  readonly className?: string;
}

/** Short facts in a row; a narrow window breaks the row between them first, and a new line begins without a dot. */
export function Facts({ of, className = 'quiet' }: FactsProps) {
  return (
    <p className={`facts ${className}`}>
      {of.map((fact, index) => (
        <span key={fact} className="fact">
          {index > 0 && <span className="fact-dot"> · </span>}
          {fact}
        </span>
      ))}
    </p>
  );
}
