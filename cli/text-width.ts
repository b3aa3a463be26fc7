/** What East Asian fonts show two columns wide (UAX #11: W and F), in the blocks that are so as a whole. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const NARROW = /[^\p{Mark}\p{Cf}\p{Cc}\u1160-\u11ff]/u;
const ELLIPSIS = '…';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns of a terminal that a text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return NARROW.test(grapheme) ? 1 : 0;
}

/** The text where it fits into so many columns; else its beginning and its end, where file names have their ending. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const room = Math.max(0, width - textWidth(ELLIPSIS));
  const end = taken(parts.toReversed(), Math.floor(room / 3)).reverse();
  const start = taken(parts, room - textWidth(end.join('')));
  return width > 0 ? start.join('') + ELLIPSIS + end.join('') : '';
}

/** As many from the beginning as fit. */
function taken(parts: readonly string[], width: number): string[] {
  const fitting: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += graphemeWidth(part);
    if (used > width) break;
    fitting.push(part);
  }
  return fitting;
}
