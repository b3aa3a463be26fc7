const USER_NAME = /^[\p{L}\p{N}._@-]{1,64}$/u;

/** A person's name as everything compares it. Apart from its schema, for the page, which carries no zod. */
export function canonicalUserName(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Whether a canonical name is one. */
export function isUserName(name: string): boolean {
  return USER_NAME.test(name);
}
