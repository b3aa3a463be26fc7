/** The tables of the escrow; times and ids as in `KmsSchema`. */
export interface EscrowTables {
  /** A person's pair: what they escrow may be encrypted for it. */
  escrow_pairs: {
    user_id: string;
    /** SubjectPublicKeyInfo, PEM. */
    public_key: string;
    /** PKCS#8, at rest. */
    private_key: Uint8Array;
    created_at: number;
  };
  /** What a person escrowed: each time another version, and none is ever overwritten. */
  escrowed_keys: {
    user_id: string;
    version: number;
    /** As it came, at rest. */
    enc_key: Uint8Array;
    created_at: number;
  };
}
