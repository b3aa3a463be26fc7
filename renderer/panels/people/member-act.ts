/** What an administrator may do about somebody. */
export type MemberAct = 'administrator' | 'member' | 'reset' | 'disable' | 'enable';
