/** What the KMS that is killed does, in turn. */
export const STAGES = ['rotating', 'retiring', 'scheduling', 'destroying', 'revoking'] as const;
export type Stage = (typeof STAGES)[number];
