/** A recovery code as it was printed, from however it was typed: `VO25 mhxf…` → `vo25-mhxf-…`; null where it is none. */
export function recoveryCodeFrom(text: string): string | null {
  const letters = text.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '');
  if (!/^[a-z2-7]{16}$/.test(letters)) return null;
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}
