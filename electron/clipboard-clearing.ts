import { clipboard } from 'electron';

/** Time enough to paste what was copied. */
export const CLEAR_AFTER_MS = 60_000;

/** Text that someone may have copied from the screens of the authenticator and the recovery codes. */
const SECRETS: readonly RegExp[] = [
  /^otpauth:/i,
  /^[A-Z2-7]{32}$/,
  /(?:^|\s)[a-z2-7]{4}(?:-[a-z2-7]{4}){3}(?:\s|$)/i,
];

/** Whether a clipboard's text looks like one of ours; exported for its tests. */
export function looksLikeSecret(text: string): boolean {
  const trimmed = text.trim();
  return SECRETS.some((secret) => secret.test(trimmed));
}

/** @returns clears the clipboard a while after each call, if it then still holds a secret of ours. */
export function createClipboardClearing(
  report: (error: unknown) => void,
  board: Pick<typeof clipboard, 'readText' | 'clear'> = clipboard,
): () => void {
  return () => {
    setTimeout(() => {
      board.readText().then((text) => {
        if (looksLikeSecret(text)) board.clear();
      }, report);
    }, CLEAR_AFTER_MS).unref();
  };
}
