/** A text, or the two forms of one that counts something (`n`). */
export type Message = string | { readonly one: string; readonly other: string };
