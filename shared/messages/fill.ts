import type { ErrorDetails } from '../errors/error.ts';

const PLACE = /\[([^\]{]*)\{(\w+)\}([^\]]*)\]|( ?)\{(\w+)(?:\|([^}]*))?\}( ?)/g;
/** What the number that a detail is decides. */
const FORMS = /\{(\w+):([^{|}]*)\|([^{|}]*)\}/g;
/** Names stand between spaces in a Chinese sentence; the Chinese word in place of one does not. */
const CHINESE = /^\p{Script=Han}/u;

/**
 * Fills a sentence of any language's table: `{name}` from the details, `{name|fallback}` where it may be missing (an
 * ellipsis where it may not and is), `{name:file|files}` by whether the detail is 1, and `[… {name} …]` left out whole
 * where its detail is missing.
 */
export function fillSentence(sentence: string, details: ErrorDetails): string {
  const value = (name: string) => (Object.hasOwn(details, name) ? String(details[name]) : undefined);
  const counted = sentence.replace(FORMS, (_, name: string, one: string, several: string) =>
    value(name) === '1' ? one : several,
  );
  // One pass: a value that was filled in is not looked at again, whatever stands in it.
  return counted.replace(
    PLACE,
    (_, before: string, optional: string | undefined, after: string, ...place: (string | undefined)[]) => {
      if (optional === undefined) {
        const [left = '', name = '', fallback = '…', right = ''] = place;
        const filled = value(name);
        return filled === undefined && CHINESE.test(fallback)
          ? fallback
          : left + (filled ?? fallback) + right;
      }
      const filled = value(optional);
      return filled === undefined ? '' : `${before}${filled}${after}`;
    },
  );
}
