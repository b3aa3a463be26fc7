/** The tables of who may come in and how; times, ids and hashes as in `KmsSchema`. */
export interface PeopleTables {
  /** One row at most: what makes the first person administrator from another machine. */
  setup_code: { hash: Uint8Array; created_at: number };
  /** Those that were neither used nor withdrawn. */
  invitations: {
    id: string;
    hash: Uint8Array;
    created_by: string;
    until: number;
    created_at: number;
  };
  /** Codes that administrators handed over to people whose authenticator is lost. */
  authenticator_resets: { user_id: string; hash: Uint8Array; until: number };
  /** Authenticators that are to take the place of a person's present one. */
  authenticator_enrolments: {
    user_id: string;
    /** At rest. */
    totp_secret: Uint8Array;
    ticket_hash: Uint8Array;
    /** Codes that were offered with the ticket and wrong. */
    failures: number;
    created_at: number;
  };
  /** What a person is told at each login until one that was told goes on. */
  notices: {
    id: string;
    user_id: string;
    kind: 'authenticator_reset';
    /** The name of who did it. */
    made_by: string;
    at: number;
    /** The newest login whose reply carried it. */
    shown_in: string | null;
  };
}
