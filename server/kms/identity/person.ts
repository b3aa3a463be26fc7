/** Who stands behind a valid authentication token of our own, as the database knows them at this very request. */
export interface Person {
  /** The owner's id of `//sealkeep/OWNER/ID`. */
  readonly id: string;
  readonly name: string;
  readonly loginId: string;
}

/**
 * Reads the person behind verified claims of our own (`sub`, `lid`).
 * @returns undefined where the account or its login is gone or has ended.
 */
export type FindPerson = (claims: {
  readonly sub: string;
  readonly lid: string;
}) => Promise<Person | undefined>;
