/** What the KMS that is killed does, in turn. */
export const KEY_STAGES = ['rotating', 'retiring', 'scheduling', 'destroying', 'revoking'] as const;
export type KeyStage = (typeof KEY_STAGES)[number];

/** All that is killed. */
export const STAGES = [...KEY_STAGES, 'changing the root key'] as const;
export type Stage = (typeof STAGES)[number];
