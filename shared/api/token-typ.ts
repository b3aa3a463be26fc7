/** The `typ` of each token that our servers sign, which is also what its key is called (DESIGN.md, Who signs what). */
export const TOKEN_TYP = {
  authentication: 'sealkeep-kms+jwt',
  cloud: 'sealkeep-cloud+jwt',
  authorization: 'sealkeep-authz+jwt',
  service: 'sealkeep-service+jwt',
  delegated: 'sealkeep-delegated+jwt',
  kacls: 'JWT',
  /** Of the audit log: no token, and no door takes it. */
  checkpoint: 'sealkeep-checkpoint+jws',
} as const;
