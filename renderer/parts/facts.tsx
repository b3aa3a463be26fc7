import { Fragment } from 'react';

/** Short facts in a row; a narrow window breaks the row between them first. */
export function Facts({ of }: { of: readonly string[] }) {
  return (
    <p className="quiet">
      {of.map((fact, index) => (
        <Fragment key={fact}>
          {index > 0 && ' '}
          <span className="fact">
            {fact}
            {index < of.length - 1 && ' ·'}
          </span>
        </Fragment>
      ))}
    </p>
  );
}
