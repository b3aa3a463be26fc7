/** Sizes that both sides of a border agree on. Bytes unless said otherwise. */
export const LIMITS = {
  /** A DEK as `/wrap` takes it (kacls.md §1.1: opaque, 1 to 128 bytes). */
  dek: 128,
  /** `wrapped_key`: base64 characters. */
  wrappedKeyText: 1024,
  resourceName: 128,
  perimeterId: 128,
  reason: 1024,
  /** A compact JWT: characters. */
  token: 16_384,
  /** Resources in one batch. */
  batch: 1000,
  /** The `.enc` prelude's header. */
  preludeHeader: 1000,
  /** The whole prelude: 13 bytes stand before its header. */
  prelude: 1013,
  /** A `.key` file. */
  keyFile: 8192,
  /** A file's name, in UTF-8, as file systems have it. */
  fileName: 255,
  /** Files that are offered at once; a larger drop goes in several. */
  offeredFiles: 500,
  /** Files that one call starts jobs for. */
  jobFiles: 10_000,
  /** A path inside a folder, in UTF-8. */
  folderPath: 4096,
  /** What a sealed folder's manifest may list, and its plaintext bytes. */
  folderEntries: 500_000,
  folderManifest: 128 * 1024 * 1024,
  /** What a page may hold as one folder: things in it, steps of a path, and characters of one, as it tells them. */
  heldEntries: 200_000,
  heldDepth: 256,
  heldPath: 32_768,
  /** Small files that a page sends in one request, and their bytes. */
  smallFiles: 64,
  smallFilesBytes: 1024 * 1024,
  /** JSON bodies; a batch of 1,000 fits into the larger. */
  jsonBody: 64 * 1024,
  jsonBatchBody: 4 * 1024 * 1024,
  /** The same as messages of a secure session: base64url, and a token goes with them. */
  messageBody: 112 * 1024,
  messageBatchBody: 6 * 1024 * 1024,
  /** An RSA-4096 public key as PEM has 800. */
  publicKeyPem: 1024,
  /** Identity keys that a server had before the present one. */
  identityLinks: 32,
  /** What a JSON reply may be before the agent stops reading. */
  jsonReply: 16 * 1024 * 1024,
  /** The same as a message of a secure session. */
  messageReply: 22 * 1024 * 1024,
  password: 1024,
  /** The shortest password that may be chosen: characters. */
  newPassword: 10,
  /** The shortest passphrase of a root key: whoever has its file guesses as long as they like. Characters. */
  newPassphrase: 16,
  /** What a person may put into escrow at once, and how often. */
  escrowedKey: 16 * 1024,
  escrowedVersions: 100,
  /** KEKs of one person, the first one included. */
  keks: 64,
  /** How often one may rotate a KEK by hand within a day. */
  rotationsInADay: 10,
  /** Entries in one page of the audit log, and in one of its chain. */
  auditPage: 1000,
  auditChainPage: 10_000,
  /** Characters of entries after which such a page ends early. */
  auditChainText: 4 * 1024 * 1024,
} as const;
