import type { KeyVersionReply } from '../../../shared/api/kms/keys.ts';

export type VersionAct = 'disable' | 'enable' | 'destroy' | 'keep';

/** What a person may do to a version that stands there (docs/key-versions.md). */
export const VERSION_ACTS: Readonly<Record<KeyVersionReply['status'], readonly VersionAct[]>> = {
  active: ['disable'],
  readable: ['disable'],
  retired: ['disable', 'destroy'],
  disabled: ['enable', 'destroy'],
  destruction_scheduled: ['keep'],
  destroyed: [],
};
