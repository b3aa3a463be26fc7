/** How long a code from an authenticator is. */
export const CODE_LENGTH = 6;

/** The digits in what was typed or pasted (`123 456`, full-width digits of an input method), six at most. */
export function codeDigits(text: string): string {
  return text.normalize('NFKC').replace(/\D/g, '').slice(0, CODE_LENGTH);
}
