/** What the file is called in which a person keeps their recovery codes; a desktop shell saves no other from the page. */
export function recoveryFileName(user: string): string {
  return `sealkeep-recovery-codes-${user}.txt`;
}

/** Whether a name is one of those, also after a browser has replaced what it does not take in names. */
export function isRecoveryFileName(name: string): boolean {
  return /^sealkeep-recovery-codes-[^/\\]{1,64}\.txt$/u.test(name);
}
