/** Our own realm; `KMS_ISSUERS` cannot name it. */
export const OWN_REALM = 'sealkeep';
