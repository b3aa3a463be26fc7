/**
 * Control characters and directional marks: in other people's names they must not steer a terminal, begin a new line, nor
 * turn the writing round, so that `exe.jpg` is read where `gpj.exe` is written.
 */
export const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One line of text that a terminal or a window shows and does not obey; each such character becomes U+FFFD. */
export function printable(text: string): string {
  return text.replace(STEERING, '\ufffd');
}
