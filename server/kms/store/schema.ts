import type { Generated, Kysely, Transaction } from 'kysely';
import type { RootKeyChangeTable } from '../../platform/root-key/change-record.ts';
import type { VersionStatus } from '../keyring/version-state.ts';
import type { EscrowTables } from './escrow-tables.ts';
import type { SecureSessionTables } from './secure-session-tables.ts';

/** Times are milliseconds since 1970; ids are 128 random bits in base64url; hashes are SHA-256. */
export interface KmsSchema extends SecureSessionTables, EscrowTables, RootKeyChangeTable {
  users: {
    id: string;
    /** Normalised by `shared/names/user-name`; never given again. */
    name: string;
    /** `enrolling` until the first code was right. */
    state: 'enrolling' | 'active';
    /** argon2id, PHC text. */
    password_hash: string;
    /** At rest. */
    totp_secret: Uint8Array;
    /** The newest step whose code was used; only later ones count. */
    totp_last_step: number;
    /** Null once confirmed. */
    enrolment_ticket_hash: Uint8Array | null;
    /** Codes that were offered with the ticket and wrong. */
    enrolment_failures: Generated<number>;
    created_at: number;
  };
  recovery_codes: { hash: Uint8Array; user_id: string };
  /** Devices that have logged in before: each keeps a failure count of its own. */
  known_devices: { user_id: string; device_hash: Uint8Array };
  login_failures: { subject: string; failures: number; last_at: number };
  logins: {
    id: string;
    user_id: string;
    created_at: number;
    last_used_at: number;
    ended_at: number | null;
  };
  refresh_tokens: {
    hash: Uint8Array;
    login_id: string;
    used_at: number | null;
    /** The token that came of it; while that one was never used, an answer may have been lost. */
    successor_hash: Uint8Array | null;
  };
  signing_keys: {
    /** The one kind of token that the pair signs. */
    typ: string;
    algorithm: 'EdDSA' | 'RS256';
    /** PKCS#8, at rest. */
    private_key: Uint8Array;
    created_at: number;
  };
  keks: {
    id: string;
    realm: string;
    /** Null for the KEK of a foreign realm, which belongs to nobody here. */
    owner_id: string | null;
    /** Whether it wraps where no `key_id` is named. */
    is_first: number;
    /** The one version that wraps. To change it is what rotation is: one row. */
    active_version: Generated<number>;
    created_at: number;
  };
  kek_versions: {
    kek_id: string;
    version: number;
    /** 32 bytes, at rest; none once it is destroyed. */
    secret: Uint8Array;
    /** `keyring/version-state.ts`; of the active one, which the KEK names, it says `readable`. */
    status: Exclude<VersionStatus, 'active'>;
    /** When the grace period of a readable one ends, and when one is to be destroyed. */
    due_at: Generated<number | null>;
    /** When it was revoked, and not taken back: whatever ever hung on it needs a new DEK. */
    revoked_at: Generated<number | null>;
    created_at: number;
  };
  /** What hangs, and what hung, on each version: a row for each wrap, gone only when its owner gives the file up. */
  census: {
    realm: string;
    resource_name: string;
    generation: number;
    kek_id: string;
    version: number;
    /** Whether it still does: 0 once it was rewrapped under another version, where it can be found again. */
    is_needed: Generated<number>;
  };
  resources: {
    realm: string;
    name: string;
    /** 32 bytes, at rest: a part of every wrapping key of the resource. */
    secret: Uint8Array;
    /** How many times it was wrapped. */
    generation: number;
  };
  grants: {
    id: string;
    resource_name: string;
    owner_id: string;
    user_id: string;
    role: 'reader' | 'writer';
    until: number | null;
    created_at: number;
  };
  audit: {
    /** Without gaps, from 1 on. */
    seq: number;
    at: number;
    request_id: string;
    address: string;
    /** User name, address of a foreign token, or empty where nobody was known. */
    actor: string;
    operation: string;
    resource_name: string | null;
    reason: string;
    decision: 'allowed' | 'refused';
    /** The error's code where it was refused. */
    code: string | null;
    /** Of a delegation, or of what was done under one. */
    delegated_to: string | null;
    /** How many calls the entry stands for; null for one. */
    count: number | null;
    /** `core/audit/chain.ts` */
    salt: Uint8Array;
    inner: Uint8Array;
    link: Uint8Array;
  };
  /** What the KMS signed over its audit log, by the entry that it signed up to. */
  audit_checkpoints: { seq: number; at: number; jws: string };
}

export type KmsDatabase = Kysely<KmsSchema>;
export type KmsTransaction = Transaction<KmsSchema>;
