import { printable } from '../../shared/names/printable.ts';
import type { Message } from './catalogue.ts';
import type { EN } from './en.ts';
import type { Speech } from './speech.ts';

type MessageKey = keyof typeof EN;

type Forms<M> = M extends string ? M : M[keyof M];
type Places<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type Values<Key extends MessageKey> = {
  readonly [Name in Places<Forms<(typeof EN)[Key]>>]: Name extends 'n' ? number : string;
} & ((typeof EN)[Key] extends string ? unknown : { readonly n: number });
type Arguments<Key extends MessageKey> = keyof Values<Key> extends never ? [] : [Values<Key>];

/** The text for a key, filled in: asking for a place that is not given is a compile error. */
export type Translate = <Key extends MessageKey>(key: Key, ...values: Arguments<Key>) => string;

export function createTranslate({ language, texts }: Speech): Translate {
  const numbers = new Intl.NumberFormat(language);
  return (key, ...[values]) => {
    const given = (values ?? {}) as Readonly<Record<string, string | number>>;
    const message: Message = texts[key];
    // Not by `Intl.PluralRules`: Chinese has one form of a noun, but says as well which file it is when there is one.
    const isOne = given['n'] === 1;
    const text = typeof message === 'string' ? message : isOne ? message.one : message.other;
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = given[name] ?? '';
      return typeof value === 'number' ? numbers.format(value) : printable(value);
    });
  };
}
