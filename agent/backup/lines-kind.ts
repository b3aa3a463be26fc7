export const DEK_BYTES = 32;

/** The two lines that a backup begins with. */
export const BACKUP_LINES = { sealkeep: 'backup', version: 1, secretBytes: DEK_BYTES } as const;
