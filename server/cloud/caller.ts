/** Whom a cloud token speaks for. */
export interface Caller {
  /** The person's id at the KMS. */
  readonly id: string;
  /** The user name. */
  readonly name: string;
}
