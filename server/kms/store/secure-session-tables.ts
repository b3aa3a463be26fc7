/** The tables of secure sessions; times, ids and hashes as in `KmsSchema`. */
export interface SecureSessionTables {
  identity_keys: {
    /** The newest is the present one. */
    position: number;
    fingerprint: string;
    /** SubjectPublicKeyInfo, PEM. */
    public_key: string;
    /** PKCS#8, at rest; null once another took its place. */
    private_key: Uint8Array | null;
    /** Of the key before it; null for the first. */
    signature: Uint8Array | null;
    created_at: number;
  };
  secure_sessions: {
    id: string;
    /** 32 bytes, at rest. */
    session_key: Uint8Array;
    /** Of `/crypto/sign`: PKCS#8, at rest; null until it is first asked for. */
    signing_key: Uint8Array | null;
    /** Lies above every `seq` that was ever acted on: after a crash all below it count as taken. */
    seq_floor: number;
    created_at: number;
    expires_at: number;
  };
  client_tokens: {
    hash: Uint8Array;
    session_id: string;
    /** Null for the present one; one that was rotated goes on until then. */
    until: number | null;
  };
}
