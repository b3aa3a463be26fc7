/** A text, or the two forms of one that counts something (`n`). */
export type Message = string | { readonly one: string; readonly other: string };

/** What a further language must have: every key of the English texts, with forms only where those have them. */
export type CatalogueOf<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends string ? string : Message;
};
