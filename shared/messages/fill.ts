import type { ErrorDetails } from '../errors/error.ts';

const PLACE = /\[([^\]{]*)\{(\w+)\}([^\]]*)\]|\{(\w+)(?:\|([^}]*))?\}/g;

/**
 * Fills a sentence of any language's table: `{name}` from the details, `{name|fallback}` where it may be missing (an
 * ellipsis where it may not and is), and `[… {name} …]` left out whole where its detail is missing.
 */
export function fillSentence(sentence: string, details: ErrorDetails): string {
  const value = (name: string) => (Object.hasOwn(details, name) ? String(details[name]) : undefined);
  // One pass: a value that was filled in is not looked at again, whatever stands in it.
  return sentence.replace(
    PLACE,
    (_, before: string, optional: string | undefined, after: string, name: string, fallback?: string) => {
      if (optional === undefined) return value(name) ?? fallback ?? '…';
      const filled = value(optional);
      return filled === undefined ? '' : `${before}${filled}${after}`;
    },
  );
}
