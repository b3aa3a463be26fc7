/** Who stands behind a valid authentication token of our own, as the database knows them at this very request. */
export interface Person {
  /** The owner's id of `//sealkeep/OWNER/ID`. */
  readonly id: string;
  readonly name: string;
  readonly loginId: string;
}

/** Whom verified claims of our own are about. */
interface Found {
  /** Undefined where the account or its login is gone or has ended. */
  readonly person: Person | undefined;
  /** What they are called, for the audit log, in that case too; empty where nothing of them is left. */
  readonly name: string;
}

/** Reads the person behind verified claims of our own (`sub`, `lid`). */
export type FindPerson = (claims: { readonly sub: string; readonly lid: string }) => Promise<Found>;
